#include "proxy/relay.hpp"

#include <utility>

#include "core/base/text.hpp"
#include "proxy/answer/content_coding.hpp"
#include "proxy/answer/headers.hpp"
#include "proxy/openai_error.hpp"
#include "proxy/answer/upstream_error_reply.hpp"

namespace dreamina {
namespace {

constexpr int first_failure = 300;

bool is_json(const Headers& headers)
{
    const std::string* type = find_header(headers, "Content-Type");
    return type != nullptr && media_type(*type) == "application/json";
}

void erase_header(Headers& headers, std::string_view name)
{
    std::erase_if(headers, [&](const Header& header) { return equals_ignoring_case(header.name, name); });
}

}  // namespace

void Relay::keep_alive(std::chrono::seconds every)
{
    blank_every_ = every;
    arm();
}

void Relay::arm()
{
    blank_timer_ = loop_.after(blank_every_, [this] {
        blank_timer_.reset();
        send_blank();
    });
}

void Relay::send_blank()
{
    if (exchange_.gone()) return;
    if (!std::exchange(sent_blanks_, true)) {
        exchange_.start(ok, {{"Content-Type", "application/json; charset=utf-8"},
                             {"X-Dreamina-Request-Id", notes_.id()},
                             should_retry(false),
                             any_origin(),
                             exposed_headers()});
    }
    exchange_.write(" ");
    arm();
}

void Relay::stop_blanks()
{
    if (blank_timer_) loop_.cancel(*std::exchange(blank_timer_, std::nullopt));
}

void Relay::start(UpstreamAnswer& answer, const Headers& trace_headers)
{
    started_ = true;
    stop_blanks();
    Headers headers = headers_for_client(std::move(answer.headers));
    read_as(answer, headers);
    if (is_lost_) exchange_.write(unreadable_answer_error(answer.status).body);
    if (sent_blanks_) return;
    headers.insert(headers.end(), trace_headers.begin(), trace_headers.end());
    headers.push_back(should_retry(false));  // a generation has run, or no account is left to try
    fit_for_nginx(headers);
    exchange_.start(answer.status, headers);
}

/// Decides how the answer is read on its way: not at all, but where something is to be left out of it, or its own head
/// cannot be sent any more.
void Relay::read_as(UpstreamAnswer& answer, Headers& headers)
{
    const bool is_good_json = answer.status < first_failure && is_json(headers);
    const bool limits = pictures_ && is_good_json;
    if (!is_good_json) capture_ = nullptr;
    const bool replaces = capture_ != nullptr && capture_->holds_back();
    if (!limits && !sent_blanks_ && capture_ == nullptr) return;
    const ContentCoding coding = content_coding(headers);
    // It is to stay as it is, and what is in it cannot be read.
    if (!limits && !sent_blanks_ && !replaces && coding != ContentCoding::identity) capture_ = nullptr;
    if (!limits && !sent_blanks_ && !replaces) return;
    const bool is_readable = coding != ContentCoding::unreadable;
    // A good answer of another kind was paid for, and is sent all the same.
    is_lost_ = sent_blanks_ && !(is_readable && (answer.status < first_failure || is_json(headers)));
    if (!is_readable) {
        capture_ = nullptr;
        return;
    }
    if (coding == ContentCoding::gzip) inflater_.emplace(Compression::gzip);
    if (coding == ContentCoding::deflate) inflater_.emplace(Compression::deflate);
    if (limits) limit_.emplace(*pictures_);
    erase_header(headers, "Content-Encoding");
    erase_header(headers, "Content-Length");
    if (!replaces) return;
    for (const std::string_view name : {"ETag", "Content-MD5", "Digest", "Content-Digest", "Last-Modified"})
        erase_header(headers, name);  // of another text
}

void Relay::pass_on(std::string_view piece)
{
    if (is_lost_) return;
    if (inflater_) {
        inflater_->feed(piece, [this](std::string_view text) { send(text); });
    } else {
        send(piece);
    }
}

void Relay::send(std::string_view piece)
{
    if (limit_) {
        write(limit_->feed(piece));
    } else {
        write(piece);
    }
}

void Relay::write(std::string_view piece) { exchange_.write(capture_ ? capture_->feed(piece) : piece); }

void Relay::release_captured()
{
    if (capture_) exchange_.write(capture_->release());
}

void Relay::finish()
{
    release_captured();
    exchange_.finish();
}

void Relay::abort()
{
    release_captured();
    exchange_.abort();
}

void Relay::give(Reply reply, const Headers& trace_headers)
{
    stop_blanks();
    reply.headers.insert(reply.headers.end(), trace_headers.begin(), trace_headers.end());
    answer(exchange_, reply);
}

}  // namespace dreamina
