// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// Stands before the library's reader on every connection: framing, time and room (BL-05, BL-06).
///
/// A request whose framing is in doubt is answered 400 and nothing more is read from there.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Events of the connection that others tell it.
    enum Notice: Sendable {
        /// A whole answer was written.
        case answered
        /// An answer was written and the rest of its request is not wanted.
        case answeredUnread
    }

    private let limits: HTTPLimits
    private let connections: OpenConnections
    private var framing: RequestFraming
    /// Nothing more is read.
    private var isRefused = false
    private var isTurnedAway = false
    /// Before the first byte.
    private var isFresh = true
    private var answered = 0
    /// When reading of the present request began, and when something last came of it.
    private var began = NIODeadline.now()
    private var progressed = NIODeadline.now()
    private var timer: Scheduled<Void>?

    init(_ limits: HTTPLimits, _ connections: OpenConnections) {
        (self.limits, self.connections) = (limits, connections)
        framing = RequestFraming(limits)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        isTurnedAway = !connections.open(context.channel)
        if context.channel.isActive { start(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        start(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        connections.close(context.channel)
        context.fireChannelInactive()
    }

    /// A new connection begins to send at once, or makes room.
    private func start(_ context: ChannelHandlerContext) {
        if isTurnedAway {
            refuse(context, Self.busy)
        } else {
            (began, progressed) = (.now(), .now())
            schedule(context)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        let bytes = unwrapInboundIn(data)
        let before = framing.phase
        progressed = .now()
        if before == .idle { began = progressed }
        isFresh = false
        if let violation = violation(in: bytes) {
            return refuse(
                context, violation == .misdirected ? Self.misdirected : Self.badRequest)
        }
        // A head that trickles in does not gain by every byte.
        if before != .body, before == .idle || framing.phase != .head {
            connections.note(context.channel, isAtWork: framing.phase != .head)
        }
        context.fireChannelRead(data)
        if framing.phase != .idle { schedule(context) }
    }

    private func violation(in bytes: ByteBuffer) -> RequestFraming.Violation? {
        bytes.withUnsafeReadableBytes { raw in
            do throws(RequestFraming.Violation) {
                try framing.read(raw)
                return nil
            } catch {
                return error
            }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if isRefused, case ChannelEvent.inputClosed = event { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?
    ) {
        guard let notice = event as? Notice else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        switch notice {
        case .answered:
            answered += 1
            connections.note(context.channel, isAtWork: framing.phase == .body)
        case .answeredUnread:
            isRefused = true
            linger(context)
        }
        promise?.succeed()
    }

    private func refuse(_ context: ChannelHandlerContext, _ answer: StaticString) {
        isRefused = true
        context.writeAndFlush(
            wrapOutboundOut(ByteBuffer(staticString: answer)), promise: nil)
        linger(context)
    }

    /// Leaves the client a moment to read its answer: closing on unread input would take it away.
    private func linger(_ context: ChannelHandlerContext) {
        timer?.cancel()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: TimeAmount(limits.linger)) {
            bound.value.close(promise: nil)
        }
    }

    private func schedule(_ context: ChannelHandlerContext) {
        guard timer == nil else { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: deadline) {
            let (guardian, context) = bound.value
            guardian.timer = nil
            guardian.timeIsUp(context)
        }
    }

    /// Until when the present request has time.
    private var deadline: NIODeadline {
        switch framing.phase {
        case .idle, .head: began + TimeAmount(limits.headerRead)
        case .body:
            min(
                progressed + TimeAmount(limits.bodyInactivity), began + TimeAmount(limits.request))
        }
    }

    private func timeIsUp(_ context: ChannelHandlerContext) {
        // A first request that never begins is as slow as one that never ends.
        guard !isRefused, framing.phase != .idle || isFresh else { return }
        // While an earlier request is at work nothing more is read from the socket: that is ours.
        let isHeldUp = framing.heads - answered > (framing.phase == .body ? 1 : 0)
        if isHeldUp { (began, progressed) = (.now(), .now()) }
        if NIODeadline.now() >= deadline {
            context.close(promise: nil)
        } else {
            schedule(context)
        }
    }

    private static let badRequest: StaticString =
        "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    private static let misdirected: StaticString =
        "HTTP/1.1 421 Misdirected Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    private static let busy: StaticString =
        "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
}
