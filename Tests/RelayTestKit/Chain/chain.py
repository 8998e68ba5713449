"""A chain for tests: a real EVM with a real token on it, behind Ethereum's JSON-RPC on several ports of the loopback.

    chain.py --ports 20001,20002 [--final 5] [--chain-id 1337] [--clock 1800000000]

Every port is an endpoint of the same chain, and each can be made to lag, lie, throttle or die by `test_fault`. Methods that begin with
`test_` are the tests' hands: who pays, what is mined, what is dropped. All amounts are in the token's smallest units, of which a million
make one token. Blocks are mined when a test says so: one for each transaction, and as many empty ones as `test_mine` is told.
"""

import argparse
import functools
import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import eth_keys.backends.native.main as curve
from eth_abi import encode
from eth_account import Account
from eth_tester import EthereumTester, PyEVMBackend
from eth_utils import keccak, to_checksum_address
from vyper import compile_code

TOKEN = """
# pragma version 0.4.3
event Transfer:
    sender: indexed(address)
    receiver: indexed(address)
    amount: uint256

decimals: public(constant(uint8)) = 6
balanceOf: public(HashMap[address, uint256])
allowance: public(HashMap[address, HashMap[address, uint256]])

@external
def mint(receiver: address, amount: uint256):
    self.balanceOf[receiver] += amount
    log Transfer(sender=empty(address), receiver=receiver, amount=amount)

@external
def transfer(receiver: address, amount: uint256) -> bool:
    self.balanceOf[msg.sender] -= amount
    self.balanceOf[receiver] += amount
    log Transfer(sender=msg.sender, receiver=receiver, amount=amount)
    return True

@external
def approve(spender: address, amount: uint256) -> bool:
    self.allowance[msg.sender][spender] = amount
    return True

@external
def transferFrom(sender: address, receiver: address, amount: uint256) -> bool:
    self.allowance[sender][msg.sender] -= amount
    self.balanceOf[sender] -= amount
    self.balanceOf[receiver] += amount
    log Transfer(sender=sender, receiver=receiver, amount=amount)
    return True
"""

# What an exchange pays withdrawals with: many at once, out of the contract's own balance.
PAYOUT = """
# pragma version 0.4.3
interface Token:
    def transfer(receiver: address, amount: uint256) -> bool: nonpayable

@external
def pay(token: address, receivers: DynArray[address, 64], amounts: DynArray[uint256, 64]):
    for index: uint256 in range(len(receivers), bound=64):
        extcall Token(token).transfer(receivers[index], amounts[index])
"""

GAS_PRICE = 3_000_000_000
TRANSFER = "0x" + keccak(text="Transfer(address,address,uint256)").hex()


# A transaction's signature is looked at several times as it is mined, and again after a reorganisation.
curve.ecdsa_raw_recover = functools.lru_cache(maxsize=10_000)(curve.ecdsa_raw_recover)


def quantity(number):
    return hex(number)


class RPCError(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Chain:
    """The blocks, and what brings new ones."""

    def __init__(self, chain_id, final, clock=None):
        self.chain_id = chain_id
        self.final_depth = final
        # The time of day, unless a test says what it is.
        self.clock = clock
        genesis = PyEVMBackend.generate_genesis_params(overrides={"timestamp": self.now() - 600})
        self.tester = EthereumTester(PyEVMBackend(genesis_parameters=genesis), auto_mine_transactions=True)
        self.keys = self.tester.backend.account_keys
        self.accounts = [key.public_key.to_checksum_address().lower() for key in self.keys]
        self.signing_id = self.tester.backend.chain.chain_id
        self.blocks = []
        self.snapshots = {}
        self.raw = {}
        self.senders = {}
        self.shift = 0
        self.read_blocks()
        self.token = self.deploy(TOKEN)
        self.fake = self.deploy(TOKEN)
        self.payout = self.deploy(PAYOUT)
        for contract in (self.token, self.fake):
            self.send(9, contract, self.data("mint(address,uint256)", ["address", "uint256"], [self.payout, 10**15]))
            for account in self.accounts[:5]:
                self.send(9, contract, self.data("mint(address,uint256)", ["address", "uint256"], [account, 10**15]))

    @property
    def head(self):
        return len(self.blocks) - 1

    def now(self):
        return int(time.time()) if self.clock is None else self.clock

    def data(self, signature, types, values):
        return keccak(text=signature)[:4] + encode(types, values)

    def deploy(self, source):
        code = bytes.fromhex(compile_code(source, output_formats=["bytecode"])["bytecode"][2:])
        transaction = self.send(9, None, code)
        return self.receipt(transaction)["contractAddress"]

    def send(self, account, to, data):
        """Signs a transaction and mines it in a block of its own. Signed the same way again, it is the same transaction."""
        sender = to_checksum_address(self.accounts[account])
        fields = {
            "value": 0, "gas": 6_000_000, "gasPrice": GAS_PRICE, "nonce": self.tester.get_nonce(sender), "chainId": self.signing_id,
            "data": data,
        }
        if to is not None:
            fields["to"] = to_checksum_address(to)
        raw = "0x" + Account.sign_transaction(fields, self.keys[account].to_bytes()).raw_transaction.hex().removeprefix("0x")
        transaction = self.mine_raw(raw)
        self.senders[transaction] = account
        return transaction

    def keep_time(self):
        # The chain's time follows the clock, and runs ahead of it where many blocks are mined at once. Moving it may mine a block.
        now = self.now() + self.shift
        if self.blocks and now > int(self.blocks[-1]["timestamp"], 16) + 1:
            self.tester.time_travel(now)
            self.read_blocks()

    def mine_raw(self, raw):
        self.keep_time()
        transaction = self.tester.send_raw_transaction(raw)
        self.raw[transaction] = raw
        self.read_blocks()
        return transaction

    def mine(self, count):
        for _ in range(count):
            self.tester.mine_blocks(1)
            self.read_blocks()

    def read_blocks(self):
        """Takes in the block that is new, with its receipts, and how to come back to it.

        The receipts, since the tester's own filter does not find logs by their topics.
        """
        head = self.tester.get_block_by_number("latest")["number"]
        for number in range(len(self.blocks), head + 1):
            block = self.tester.get_block_by_number(number)
            receipts = [self.tester.get_transaction_receipt(transaction) for transaction in block["transactions"]]
            row = {
                "number": quantity(number), "hash": block["hash"], "parentHash": block["parent_hash"],
                "timestamp": quantity(block["timestamp"]), "transactions": list(block["transactions"]),
            }
            first = 0
            row["receipts"] = []
            for receipt in receipts:
                row["receipts"].append(self.receipt_row(row, receipt, first))
                first += len(receipt["logs"])
            self.blocks.append(row)
        self.snapshots[self.head] = self.tester.take_snapshot()

    def receipt_row(self, block, receipt, first):
        place = {
            "blockHash": block["hash"], "blockNumber": block["number"], "transactionHash": receipt["transaction_hash"],
            "transactionIndex": quantity(receipt["transaction_index"]),
        }
        logs = [
            dict(
                place, address=log["address"].lower(), topics=list(log["topics"]), data=log["data"], logIndex=quantity(first + index),
                removed=False)
            for index, log in enumerate(receipt["logs"])
        ]
        contract = receipt["contract_address"]
        return dict(
            place, status=quantity(receipt["status"]), logs=logs, contractAddress=contract.lower() if contract else None,
            gasUsed=quantity(receipt["gas_used"]), type="0x0")

    def receipt(self, transaction, head=None):
        for block in self.blocks[: (self.head if head is None else head) + 1]:
            for receipt in block["receipts"]:
                if receipt["transactionHash"] == transaction:
                    return receipt
        return None

    def reorganise(self, depth, drop, empty):
        """Drops the newest blocks. Their transactions are mined again, in the same order, after some empty blocks, but those in `drop`,
        and what the senders of those have sent after them: one that is missing holds up the rest."""
        target = self.head - depth
        gone = [transaction for block in self.blocks[target + 1 :] for transaction in block["transactions"]]
        old_head = self.head
        self.tester.revert_to_snapshot(self.snapshots[target])
        del self.blocks[target + 1 :]
        # The new blocks differ from the old ones, as another producer's would.
        self.tester.time_travel(int(self.blocks[-1]["timestamp"], 16) + 7)
        self.read_blocks()
        self.mine(max(empty, 1))
        silent = set()
        for transaction in gone:
            if transaction in drop:
                silent.add(self.senders[transaction])
            elif self.senders[transaction] not in silent:
                self.tester.send_raw_transaction(self.raw[transaction])
                self.read_blocks()
        if self.head <= old_head:
            self.mine(old_head - self.head + 1)
        return {"head": self.head}

    def call(self, to, data, number):
        call = {"from": to_checksum_address(self.accounts[9]), "to": to_checksum_address(to), "data": data}
        return self.tester.call(call, block_number=number)


class Endpoint:
    """One port: the chain as this endpoint shows it."""

    def __init__(self, chain):
        self.chain = chain
        self.fault = {}
        self.calls = {}

    @property
    def active(self):
        """The fault, unless it begins later."""
        if self.fault.get("after", 0) > 0:
            return {}
        return self.fault

    @property
    def head(self):
        return max(self.chain.head - self.active.get("lag", 0), 0)

    @property
    def final(self):
        return max(self.head - self.chain.final_depth, 0)

    def block_number(self, tag):
        if tag == "latest":
            return self.head
        if tag == "finalized":
            if self.active.get("no_final"):
                raise RPCError(-32602, "invalid block number")
            return self.final
        if tag == "earliest":
            return 0
        return int(tag, 16)

    def eth_chainId(self):
        return quantity(self.active.get("chain_id", self.chain.chain_id))

    def eth_blockNumber(self):
        return quantity(self.head)

    def eth_getBlockByNumber(self, tag, full):
        number = self.block_number(tag)
        if number > self.head:
            return None
        block = {key: value for key, value in self.chain.blocks[number].items() if key != "receipts"}
        if self.active.get("lie") == "hash" and number > 0:
            block["hash"] = "0x" + keccak(text=block["hash"]).hex()
        if "older" in self.active:
            block["timestamp"] = quantity(int(block["timestamp"], 16) - self.active["older"])
        return block

    def invented(self):
        """A payment that was never made, in the block that the fault names."""
        block = self.chain.blocks[self.active["block"]]
        place = {
            "blockHash": block["hash"], "blockNumber": block["number"], "transactionHash": "0x" + "ab" * 32, "transactionIndex": "0x0",
        }
        word = lambda address: "0x" + address[2:].lower().rjust(64, "0")
        log = dict(
            place, address=self.chain.token, topics=[TRANSFER, word(self.chain.accounts[0]), word(self.active["to"])],
            data="0x" + encode(["uint256"], [29_000_000]).hex(), logIndex="0x0", removed=False)
        return dict(place, status="0x1", logs=[log])

    def eth_getTransactionReceipt(self, transaction):
        if self.active.get("lie") == "invent" and transaction == "0x" + "ab" * 32:
            return self.invented()
        receipt = self.chain.receipt(transaction, self.head)
        if receipt and self.active.get("lie") == "amount":
            receipt = json.loads(json.dumps(receipt))
            for log in receipt["logs"]:
                log["data"] = "0x" + encode(["uint256"], [10**12]).hex()
        if receipt and self.active.get("bulky") and len(receipt["logs"]) > 1:
            return dict(receipt, padding="0" * (9 << 20))
        return receipt

    def eth_getLogs(self, query):
        first, last = int(query["fromBlock"], 16), int(query["toBlock"], 16)
        span = self.active.get("span")
        if span is not None and last - first + 1 > span:
            raise RPCError(-32602, f"exceed max block range: {span}")
        if self.active.get("lie") == "omit":
            return []
        receipts = [receipt for block in self.chain.blocks[first : min(last, self.head) + 1] for receipt in block["receipts"]]
        if self.active.get("lie") == "invent" and first <= self.active["block"] <= last:
            receipts.append(self.invented())
        logs = [log for receipt in receipts for log in receipt["logs"] if self.matches(log, query)]
        if len(logs) > self.active.get("crowded", len(logs)):
            raise RPCError(-32005, f"query returned more than {self.active['crowded']} results")
        return logs

    def matches(self, log, query):
        if log["address"] != query["address"].lower() or len(log["topics"]) < len(query["topics"]):
            return False
        for topic, wanted in zip(log["topics"], query["topics"]):
            allowed = wanted if isinstance(wanted, list) else [wanted]
            if wanted is not None and topic.lower() not in [item.lower() for item in allowed]:
                return False
        return True

    def eth_call(self, call, tag):
        if tag != "latest" and self.active.get("latest_only"):
            raise RPCError(-32602, "QUANTITY not supported, just support TAG as latest")
        return self.chain.call(call["to"], call["data"], self.block_number(tag))

    # The tests' hands.

    def test_state(self):
        chain = self.chain
        return {
            "head": chain.head, "final": max(chain.head - chain.final_depth, 0), "token": chain.token, "fake": chain.fake,
            "payout": chain.payout, "accounts": chain.accounts, "chain_id": chain.chain_id,
            "timestamp": int(chain.blocks[-1]["timestamp"], 16),
        }

    def test_mint(self, to, units):
        chain = self.chain
        return chain.send(9, chain.token, chain.data("mint(address,uint256)", ["address", "uint256"], [to, units]))

    def test_transfer(self, account, to, units, fake=False):
        chain = self.chain
        data = chain.data("transfer(address,uint256)", ["address", "uint256"], [to, units])
        return chain.send(account, chain.fake if fake else chain.token, data)

    def test_batch(self, payments):
        chain = self.chain
        values = [chain.token, [to for to, _ in payments], [units for _, units in payments]]
        data = chain.data("pay(address,address[],uint256[])", ["address", "address[]", "uint256[]"], values)
        return chain.send(9, chain.payout, data)

    def test_transferFrom(self, account, sender, to, units):
        """Account number `account` moves what account number `sender` allowed it."""
        chain = self.chain
        approval = chain.data("approve(address,uint256)", ["address", "uint256"], [chain.accounts[account], units])
        chain.send(sender, chain.token, approval)
        types = ["address", "address", "uint256"]
        data = chain.data("transferFrom(address,address,uint256)", types, [chain.accounts[sender], to, units])
        return chain.send(account, chain.token, data)

    def test_mine(self, count):
        self.chain.mine(count)
        return {"head": self.chain.head}

    def test_travel(self, seconds):
        """Moves the chain's time ahead of the clock's by so many seconds more."""
        self.chain.shift += seconds
        self.chain.keep_time()
        self.chain.mine(1)
        return {"head": self.chain.head}

    def test_clock(self, seconds):
        """Says what time it is, from now on."""
        self.chain.clock = seconds
        self.chain.keep_time()
        self.chain.mine(1)
        return {"head": self.chain.head}

    def test_moves(self, first, last):
        """Every move of the token in these blocks, as the EVM has it: an account of the chain beside what the protocol tells."""
        chain = self.chain
        return [
            {
                "block": int(block["number"], 16), "blockHash": block["hash"], "timestamp": int(block["timestamp"], 16),
                "transaction": receipt["transactionHash"], "ordinal": ordinal, "sender": "0x" + log["topics"][1][-40:],
                "recipient": "0x" + log["topics"][2][-40:], "units": int(log["data"], 16),
            }
            for block in chain.blocks[first : last + 1]
            for receipt in block["receipts"]
            for ordinal, log in enumerate(receipt["logs"])
            if log["address"] == chain.token and log["topics"][0] == TRANSFER
        ]

    def test_balances(self, addresses, block):
        chain = self.chain
        signature = "balanceOf(address)"
        return [int(chain.call(chain.token, "0x" + chain.data(signature, ["address"], [to]).hex(), block), 16) for to in addresses]

    def test_reorg(self, depth, drop, empty):
        return self.chain.reorganise(depth, drop, empty)

    def test_fault(self, fault):
        self.fault = fault
        return True

    def test_calls(self):
        calls, self.calls = self.calls, {}
        return calls


def answer(endpoint, request):
    method, parameters = request["method"], request.get("params", [])
    head = {"jsonrpc": "2.0", "id": request["id"]}
    function = getattr(endpoint, method, None) if method.startswith(("eth_", "test_")) else None
    if function is None:
        return dict(head, error={"code": -32601, "message": "the method does not exist"})
    try:
        return dict(head, result=function(**parameters) if isinstance(parameters, dict) else function(*parameters))
    except RPCError as error:
        return dict(head, error={"code": error.code, "message": str(error)})
    except Exception as error:
        return dict(head, error={"code": -32603, "message": f"{type(error).__name__}: {error}"})


def handler(endpoint, lock):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body in one piece: in two, each answer would wait for the client's acknowledgement.
        wbufsize = -1

        def log_message(self, *arguments):
            pass

        def do_POST(self):
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            with lock:
                is_control = request["method"].startswith("test_")
                if not is_control:
                    endpoint.calls[request["method"]] = endpoint.calls.get(request["method"], 0) + 1
                fault = {} if is_control else endpoint.active
                reply = None if fault.get("form") else answer(endpoint, request)
                if not is_control and endpoint.fault.get("after", 0) > 0:
                    endpoint.fault["after"] -= 1
            match fault.get("form"):
                case None:
                    self.reply(200, json.dumps(reply))
                case "die":
                    self.close_connection = True
                    self.connection.close()
                case "html":
                    self.reply(200, "<html><body>Bad gateway</body></html>", "text/html")
                case "empty":
                    self.reply(200, "")
                case "list":
                    self.reply(200, "[]")
                case "null":
                    self.reply(200, json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": None}))
                case "tron":
                    # What the limiter in front of TRON's public nodes says.
                    self.reply(200, json.dumps({"Error": "The request rate exceeds the allowed frequency"}))
                case "status":
                    self.reply(429, "slow down", "text/plain")
                case "code":
                    error = {"code": -32005, "message": "daily request count exceeded, request rate limited"}
                    self.reply(200, json.dumps({"jsonrpc": "2.0", "id": request["id"], "error": error}))

        def reply(self, status, body, kind="application/json"):
            content = body.encode()
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler


def end_with(parent):
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


def main():
    parent = os.getppid()
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--ports", required=True)
    arguments.add_argument("--final", type=int, default=5)
    arguments.add_argument("--chain-id", type=int, default=1337)
    arguments.add_argument("--clock", type=int)
    options = arguments.parse_args()
    chain, lock = Chain(options.chain_id, options.final, options.clock), threading.RLock()
    for port in options.ports.split(","):
        server = ThreadingHTTPServer(("127.0.0.1", int(port)), handler(Endpoint(chain), lock))
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print("ready", flush=True)
    end_with(parent)


main()
