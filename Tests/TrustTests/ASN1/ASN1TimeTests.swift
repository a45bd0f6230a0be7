// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Trust

@Suite("ASN.1 times")
struct ASN1TimeTests {
    @Test(
        "GeneralizedTime becomes seconds",
        arguments: [
            ("19700101000000Z", 0.0), ("20261120100000Z", 1_795_168_800),
            ("20261120100000.25Z", 1_795_168_800.25),
            ("20000229235959Z", 951_868_799), ("19000301000000Z", -2_203_891_200),
            ("99991231235959Z", 253_402_300_799),
        ])
    func generalized(_ text: String, _ seconds: Double) {
        let date = Date(timeIntervalSince1970: seconds)
        #expect(ASN1Time.generalizedTime(Array(text.utf8)) == date)
        #expect(ASN1Time.generalizedTimeText(date, milliseconds: true) == text)
    }

    @Test(
        "UTCTime turns at 1950",
        arguments: [("500101000000Z", -631_152_000.0), ("491231235959Z", 2_524_607_999)])
    func utc(_ text: String, _ seconds: Double) {
        let date = Date(timeIntervalSince1970: seconds)
        #expect(ASN1Time.utcTime(Array(text.utf8)) == date)
        #expect(ASN1Time.utcTimeText(date) == text)
    }

    @Test(
        "refuses what is no time of the calendar or not UTC",
        arguments: [
            "20260229000000Z", "20261301000000Z", "20260100000000Z", "20260101240000Z",
            "20260101006000Z", "20260101000060Z", "20260101000000", "20260101000000+0100",
            "202601010000Z", "20260101000000.Z", "2026010100000aZ", "",
        ])
    func refuses(_ text: String) { #expect(ASN1Time.generalizedTime(Array(text.utf8)) == nil) }

    @Test("years from 2050 on have no UTCTime")
    func noUTCTime() {
        #expect(ASN1Time.utcTimeText(Date(timeIntervalSince1970: 2_524_608_000)) == nil)
        #expect(DERValue.time(Date(timeIntervalSince1970: 2_524_608_000)).encoded.first == 0x18)
    }
}
