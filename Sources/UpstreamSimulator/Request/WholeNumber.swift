/// An integer. Foundation calls the whole document broken when a number is none, and would not say where.
struct WholeNumber: Decodable {
    let value: Int

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Int.self) {
            self.value = value
        } else {
            let number = try container.decode(Double.self)
            let context = DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "\(number) is no integer")
            throw DecodingError.typeMismatch(Int.self, context)
        }
    }
}
