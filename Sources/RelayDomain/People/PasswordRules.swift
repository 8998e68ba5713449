/// Which passwords are taken. Length is what counts; which characters they are made of is the person's own affair (NIST SP 800-63B, 5.1.1).
public enum PasswordRules {
    public static let characters = 10...200
    /// A character may have any number of bytes.
    public static let mostBytes = 1_000

    public enum Fault: String, Hashable, Sendable {
        case tooShort = "A password has at least 10 characters."
        case tooLong = "A password has at most 200 characters."
        case isAddress = "A password is not the e-mail address."
        case isCommon = "This password is among the first that are tried. Choose another one."
    }

    /// - Returns: what is wrong with a new password; nil where nothing is.
    public static func fault(in password: String, email: String) -> Fault? {
        // Bytes first: counting characters takes time.
        guard password.utf8.count <= mostBytes, password.count <= characters.upperBound else { return .tooLong }
        guard password.count >= characters.lowerBound else { return .tooShort }
        let plain = password.lowercased()
        if plain == email.lowercased() { return .isAddress }
        return isCommon(plain) ? .isCommon : nil
    }

    /// Whether it can be anybody's password: what cannot be is not worth hashing, and is treated as a wrong one.
    public static func isPossible(_ password: String) -> Bool { !password.isEmpty && password.utf8.count <= mostBytes }

    private static func isCommon(_ plain: String) -> Bool {
        common.contains(plain) || isRepeated(plain) || runs.contains { $0.contains(plain) }
    }

    /// One or two characters, again and again.
    private static func isRepeated(_ plain: String) -> Bool {
        let characters = Array(plain)
        return [1, 2].contains { period in characters.indices.dropFirst(period).allSatisfy { characters[$0] == characters[$0 - period] } }
    }

    /// What is typed by running a finger over the keys.
    private static let runs = [
        "01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjkl",
        "azertyuiopqsdfghjklm",
    ]

    /// Of ten characters and more, the ones that lists of leaked passwords begin with.
    private static let common: Set<String> = [
        "password12", "password123", "password1234", "password12345", "password123456", "passw0rd123", "passwordpassword", "p@ssword123",
        "p@ssw0rd123", "1q2w3e4r5t", "1q2w3e4r5t6y", "1qaz2wsx3edc", "1qazxsw2345", "qwerty1234", "qwerty12345", "qwerty123456",
        "qwertyqwerty", "qwertyuiop1", "qwertyuiop123", "asdfghjkl123", "asdfghjkl1", "zxcvbnm123", "iloveyou123", "iloveyou12",
        "letmein123",
        "letmein1234", "welcome123", "welcome1234", "welcome12345", "administrator", "administrator1", "adminadmin", "admin12345",
        "admin123456", "changeme123", "changeme1234", "1234554321", "123456789a", "a123456789", "123456789q", "q123456789", "1234567890a",
        "abc1234567", "abcd123456", "abcdef1234", "sunshine123", "princess123", "football123", "baseball123", "superman123", "batman12345",
        "michael123", "jordan12345", "monkey12345", "dragon12345", "master12345", "shadow12345", "trustno123", "whatever123",
        "starwars123", "computer123", "internet123", "samsung123", "liverpool123", "chelsea123", "charlie123", "nexrelay123",
        "nexrelay1234",
        "correcthorsebatterystaple", "correct horse battery staple", "0123456789", "zaq12wsxcde3", "q1w2e3r4t5", "q1w2e3r4t5y6",
        "passwort123", "passwort1234", "motdepasse", "contraseña1", "test123456", "test1234567", "testtest123", "secret12345",
        "supersecret", "topsecret123", "mypassword", "mypassword1", "mypassword123", "thisismypassword",
    ]
}
