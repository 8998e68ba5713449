import RelayDomain

/// What a node does with the replies that reach it.
extension Simulation {
    func take(_ reply: Reply, to command: Command, on node: SimulatedNode) {
        switch (command, reply) {
        case (.admit(let admission), .admitted(let grant)):
            node.exchanges[admission.request] = LivingExchange(
                admission: admission, model: grant.hold.model, furtherModels: grant.furtherModels, input: grant.hold.tokens.input,
                output: grant.hold.tokens.output)
        case (.admit(var admission), .countNeeded):
            admission.input = counted(admission.input)
            admission.at = time(of: node)
            submit(.admit(admission), to: node, as: "admit, counted")
        case (.move(let move), .admitted(let grant)):
            let request = move.admission.request
            node.exchanges[request]?.admission = move.admission
            node.exchanges[request]?.model = grant.hold.model
            node.exchanges[request]?.furtherModels = grant.furtherModels
            node.exchanges[request]?.isBusy = false
        case (.move(let move), .countNeeded):
            var admission = move.admission
            admission.input = counted(admission.input)
            submit(.move(HoldMove(admission, to: move.models)), to: node, as: "move, counted")
        case (.move(let move), _): node.exchanges[move.admission.request]?.isBusy = false
        case (.end(let ending), .ended(let ended)):
            node.exchanges[ending.request] = nil
            if ended.isFirst { known.ended.append((ending.request, ending.account)) }
        case (.end(let ending), _): node.exchanges[ending.request] = nil
        default: break
        }
    }

    private func counted(_ bound: InputCount) -> InputCount {
        InputCount(tokens: .random(in: bound.tokens / 2...bound.tokens, using: &random), isFinal: true)
    }
}
