#pragma once
/// Something there is to say to people, without its words: a code and what its text fills in. It is stored and sent so;
/// the words come from the catalogue (static/src/locales/service) where it is read: in the page, or here, in
/// English, for the command line, the log and scripts.

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace dreamina {

struct MessageParam;

struct Message {
    std::string code;  ///< "job.some_failed"; empty: there is nothing to say
    std::vector<MessageParam> params;

    Message();
    Message(std::string message_code);
    Message(std::string message_code, std::vector<MessageParam> message_params);
    Message(const Message& other);
    Message(Message&& other) noexcept;
    Message& operator=(const Message& other);
    Message& operator=(Message&& other) noexcept;
    ~Message();

    bool empty() const { return code.empty(); }
};

/// A text, a number, a list of texts, or what another message says. How one is shown follows from its name: `at`,
/// `since`, `until`, `before` and `…_at` are times (RFC 3339) or dates, `…bytes` a size, `…region` and `regions` are
/// written in capitals, and `job` and `names` are those of timed jobs. A text with two forms takes the one for `count`.
using MessageValue = std::variant<std::string, std::int64_t, double, std::vector<std::string>, Message>;

struct MessageParam {
    std::string name;
    MessageValue value;

    MessageParam(std::string_view key, std::string text) : name(key), value(std::move(text)) {}
    MessageParam(std::string_view key, std::string_view text) : name(key), value(std::string{text}) {}
    MessageParam(std::string_view key, const char* text) : name(key), value(std::string{text}) {}
    MessageParam(std::string_view key, std::integral auto number) : name(key), value(static_cast<std::int64_t>(number))
    {
    }
    MessageParam(std::string_view key, double number) : name(key), value(number) {}
    MessageParam(std::string_view key, std::vector<std::string> texts) : name(key), value(std::move(texts)) {}
    MessageParam(std::string_view key, Message message) : name(key), value(std::move(message)) {}
};

// Here, since a parameter holds messages: only now it is known what they are made of.
inline Message::Message() = default;
inline Message::Message(std::string message_code) : code(std::move(message_code)) {}
inline Message::Message(std::string message_code, std::vector<MessageParam> message_params)
    : code(std::move(message_code)), params(std::move(message_params))
{
}
inline Message::Message(const Message& other) = default;
inline Message::Message(Message&& other) noexcept = default;
inline Message& Message::operator=(const Message& other) = default;
inline Message& Message::operator=(Message&& other) noexcept = default;
inline Message::~Message() = default;

bool operator==(const MessageParam& one, const MessageParam& other);
bool operator==(const Message& one, const Message& other);

/// Words that have no code: another program's, the system's, an administrator's.
Message external_text(std::string text);

/// What another message lacks or has too much is no fault: it is shown as far as it goes. A code that is not in the
/// catalogue is shown with its parameters.
std::string english(const Message& message);

/// {"code": "job.some_failed", "params": {"failed": 1, "first": {"code": …}}}, as it is stored.
std::string to_json_text(const Message& message);

/// Of what was stored. A text that is no message comes back as the words of an earlier version.
Message message_from_json_text(std::string_view text);

}  // namespace dreamina
