import NIOCore

/// Any JSON value, as text again: without white space, keys sorted, so that the same value is the same text.
struct JSONText: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
        var json = ByteBuffer()
        if let object = try? decoder.container(keyedBy: AnyKey.self) {
            try Self.write(object, to: &json)
        } else if var array = try? decoder.unkeyedContainer() {
            try Self.write(&array, to: &json)
        } else {
            try Self.write(try decoder.singleValueContainer(), to: &json)
        }
        text = String(buffer: json)
    }

    private static func write(_ object: KeyedDecodingContainer<AnyKey>, to json: inout ByteBuffer) throws {
        json.writeStaticString("{")
        for (index, key) in object.allKeys.sorted(by: { $0.stringValue < $1.stringValue }).enumerated() {
            if index > 0 { json.writeStaticString(",") }
            json.writeJSONString(key.stringValue)
            json.writeStaticString(":")
            json.writeString(try object.decode(JSONText.self, forKey: key).text)
        }
        json.writeStaticString("}")
    }

    private static func write(_ array: inout any UnkeyedDecodingContainer, to json: inout ByteBuffer) throws {
        json.writeStaticString("[")
        while !array.isAtEnd {
            if array.currentIndex > 0 { json.writeStaticString(",") }
            json.writeString(try array.decode(JSONText.self).text)
        }
        json.writeStaticString("]")
    }

    private static func write(_ value: any SingleValueDecodingContainer, to json: inout ByteBuffer) throws {
        if value.decodeNil() {
            json.writeStaticString("null")
        } else if let flag = try? value.decode(Bool.self) {
            json.writeString("\(flag)")
        } else if let number = try? value.decode(Int.self) {
            json.writeString("\(number)")
        } else if let number = try? value.decode(Double.self) {
            json.writeString("\(number)")
        } else {
            json.writeJSONString(try value.decode(String.self))
        }
    }
}
