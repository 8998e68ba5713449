import RelayDomain
import Testing

@Suite struct PublicAddressTests {
    @Test(
        "addresses of the public Internet are public, in every form",
        arguments: [
            "8.8.8.8", "1.0.0.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
            "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0", "192.88.98.255",
            "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0", "203.0.112.255",
            "203.0.114.0",
            "223.255.255.255", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1", "2606:4700:4700::1111", "2001:200::1",
            "2001:4860:4860::8888", "2000::1", "3ffd:ffff::1", "3fff:1000::1",
        ])
    func isPublic(text: String) throws {
        #expect(try #require(NetworkAddress(text)).isPublic)
    }

    @Test(
        "the ends of every special range of version 4 are not, in no form that version 6 has for them",
        arguments: [
            "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.0", "127.0.0.1",
            "127.255.255.255", "169.254.0.0", "169.254.169.254", "169.254.255.255", "172.16.0.0", "172.31.255.255", "192.0.0.0",
            "192.0.0.255", "192.0.2.0", "192.0.2.255", "192.31.196.1", "192.52.193.1", "192.88.99.0", "192.88.99.255", "192.168.0.0",
            "192.168.255.255", "192.175.48.1", "198.18.0.0", "198.19.255.255", "198.51.100.0", "198.51.100.255", "203.0.113.0",
            "203.0.113.255", "224.0.0.0", "239.255.255.255", "240.0.0.0", "255.255.255.254", "255.255.255.255",
        ])
    func specialVersion4(text: String) throws {
        let bytes = text.split(separator: ".").map { UInt16($0)! }
        let (high, low) = (String(bytes[0] << 8 | bytes[1], radix: 16), String(bytes[2] << 8 | bytes[3], radix: 16))
        for form in [
            text, "::ffff:\(text)", "::\(text)", "::ffff:0:\(text)", "64:ff9b::\(text)", "64:ff9b:1::\(text)", "2002:\(high):\(low)::1",
            "2002:\(high):\(low):ffff:ffff:ffff:ffff:ffff",
        ] {
            #expect(try !#require(NetworkAddress(form), "\(form)").isPublic, "\(form)")
        }
    }

    @Test(
        "what is not given out to single machines of the Internet of version 6 is not",
        arguments: [
            "::", "::1", "::2", "::8.8.8.8", "::ffff:0:8.8.8.8", "64:ff9a::8.8.8.8", "64:ff9b:0:0:0:1:808:808", "64:ff9b:1::8.8.8.8",
            "100::",
            "100::ffff:ffff:ffff:ffff", "1fff:ffff::", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:1::1", "2001:2::1",
            "2001:10::1", "2001:20::1", "2001:1ff:ffff::1", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2620:4f:8000::1",
            "3ffe::1", "3fff::1", "3fff:fff:ffff::1", "4000::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe7f::1", "fe80::1", "febf::1",
            "fec0::1", "ff00::1", "ff02::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        ])
    func specialVersion6(text: String) throws {
        #expect(try !#require(NetworkAddress(text)).isPublic)
    }

    @Test("the rule lets any address pass only where it says so")
    func rule() throws {
        let loopback = try #require(NetworkAddress("127.0.0.1"))
        #expect(AddressRule.any.allows(loopback))
        #expect(!AddressRule.publicAlone.allows(loopback))
        #expect(AddressRule.publicAlone.allows(try #require(NetworkAddress("8.8.8.8"))))
    }
}
