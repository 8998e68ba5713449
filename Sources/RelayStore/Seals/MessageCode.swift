/// A keyed hash of a message, which nobody can make who does not have the key: HMAC-SHA256 in the program, 32 bytes.
public typealias MessageCode = @Sendable ([UInt8]) -> [UInt8]
