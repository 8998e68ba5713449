/// The most tokens that an image of a request is counted as, by the larger of OpenAI's two published rules ("Images and vision").
///
/// - Tiles (GPT-4o, GPT-4.1, GPT-5, GPT-5.1): fitted into 2,048 pixels and to 768 on the short side, 85 and 170 for each 512 pixels square.
/// - Patches (GPT-5.2 and later): fitted into the limits of its detail, 1.2 for each 32 pixels square. Small models of earlier
///   generations have fewer patches, at up to 2.46 each.
///
/// Not covered is GPT-4o mini, which counts 33 times as many tokens as GPT-4o.
enum ImageTokens {
    /// Recorded calls have up to two more than the rules say.
    private static let slack: Int64 = 2

    /// Pixels and patches to which a detail level limits an image.
    private struct Detail {
        let pixels: Int64
        let patches: Int64

        static let low = Detail(pixels: 2_048, patches: 4_096)
        static let high = Detail(pixels: 2_048, patches: 4_096)
        /// Also where no detail is named.
        static let original = Detail(pixels: 6_000, patches: 10_000)
    }

    /// - Parameters:
    ///   - url: the text of the `url`, as it is written. A `data:` URL tells the image's size; of any other the largest is taken.
    ///   - detail: `low`, `high`, `auto` or `original`.
    static func bound(url: UnsafeRawBufferPointer?, detail: JSONValueView?) -> Int64 {
        let limits: Detail =
            if let detail, detail.isString("low") { .low } else if let detail, detail.isString("high") { .high } else { .original }
        guard let size = url.flatMap(ImageSize.init(dataURL:)) else {
            return max(cost(limits.patches, hundredths: 120), cost(Detail.high.patches, hundredths: 246)) + slack
        }
        let patches = max(cost(patches(size, limits), hundredths: 120), cost(patches(size, .high), hundredths: 246))
        return max(patches, tiles(size)) + slack
    }

    private static func cost(_ patches: Int64, hundredths: Int64) -> Int64 { (patches * hundredths + 99) / 100 }

    private static func patches(_ size: ImageSize, _ limits: Detail) -> Int64 {
        // Scaled down, never up; rounded up, since how the upstream rounds is not published.
        let longest = max(size.width, size.height)
        func scaled(_ side: Int64) -> Int64 { longest > limits.pixels ? (side * limits.pixels + longest - 1) / longest : side }
        return min((scaled(size.width) + 31) / 32 * ((scaled(size.height) + 31) / 32), limits.patches)
    }

    private static func tiles(_ size: ImageSize) -> Int64 {
        let (long, short) = (max(size.width, size.height), min(size.width, size.height))
        // As fractions of the original: fitted into 2,048, then to 768 on the short side.
        let fittedLong = min(long, 2_048)
        let fittedShort = long > 2_048 ? (short * 2_048 + long - 1) / long : short
        let finalLong = fittedShort > 768 ? (fittedLong * 768 + fittedShort - 1) / fittedShort : fittedLong
        return 85 + 170 * ((finalLong + 511) / 512) * ((min(fittedShort, 768) + 511) / 512)
    }
}
