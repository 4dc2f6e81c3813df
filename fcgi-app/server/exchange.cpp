#include "server/exchange.hpp"

#include <fmt/format.h>

namespace dreamina {

void Exchange::start(int status, const Headers& headers)
{
    if (gone() || started_) return;
    started_ = true;
    std::string head = fmt::format("Status: {}\r\n", status);
    for (const Header& header : headers) head.append(header.name).append(": ").append(header.value).append("\r\n");
    head.append("\r\n");
    sink_->send(head);
}

void Exchange::write(std::string_view bytes)
{
    if (!gone() && !bytes.empty()) sink_->send(bytes);
}

void Exchange::finish()
{
    if (gone()) return;
    AnswerSink* sink = sink_;
    let_go();
    sink->end();
}

void Exchange::abort()
{
    if (gone()) return;
    AnswerSink* sink = sink_;
    let_go();
    sink->cut();
}

void Exchange::let_go()
{
    sink_ = nullptr;
    drained_ = nullptr;
    gone_call_ = nullptr;
}

void Exchange::tell_drained()
{
    if (const auto call = drained_) call();
}

void Exchange::tell_gone()
{
    const auto call = std::move(gone_call_);
    let_go();
    if (call) call();
}

void answer(Exchange& exchange, const Reply& reply)
{
    exchange.start(reply.status, reply.headers);
    exchange.write(reply.body);
    exchange.finish();
}

}  // namespace dreamina
