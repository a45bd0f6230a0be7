// SPDX-License-Identifier: Apache-2.0

/// How long to wait before something is tried again (RE-07).
enum BackOff {
    /// Full jitter: base 1 s, factor 2, cap 5 min, then every 15 min; in seconds.
    ///
    /// - Parameter jitter: From 0 up to 1.
    static func delay(failures: Int, jitter: Double) -> Double {
        guard failures <= 10 else { return Limits.retryLater }
        let ceiling = Limits.retryBase * Double(1 << min(failures, 9))
        return min(ceiling, Limits.retryCap) * jitter
    }
}
