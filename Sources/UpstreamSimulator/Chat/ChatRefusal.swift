/// A request that the simulator refuses by itself, in the terms of OpenAI's error envelope.
struct ChatRefusal: Error, Equatable {
    var status = 400
    let message: String
    var param: String?
    var code: String?
}
