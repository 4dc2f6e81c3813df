#pragma once
/// Finds the pictures and videos in a JSON answer that arrives in pieces: `data[].url`, `data[].b64_json`, and the text
/// `choices[].message.content`, whose links may lead to some. Holds what it finds, never the answer.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace dreamina {

class ResultScan {
public:
    enum class Kind { url, base64, text };
    struct Found {
        Kind kind = Kind::url;
        std::size_t begin = 0;  ///< of its quotation marks in the answer
        std::size_t end = 0;    ///< behind them
        std::string raw;        ///< between them, as it is written; nothing of base64
    };
    struct Base64 {
        std::function<void(std::string_view)> piece;  ///< as it is written
        std::function<void()> end;
    };
    explicit ResultScan(Base64 base64) : base64_(std::move(base64)) {}

    void feed(std::string_view piece);
    /// Those that are whole, in their order.
    const std::vector<Found>& found() const { return found_; }
    /// The answer has, or begins, one.
    bool has_base64() const { return has_base64_; }

private:
    enum class Role { key, value, wanted };
    struct Level {
        bool is_object = false;
        bool at_key = false;
        std::string key;
    };

    std::size_t feed_string(std::string_view piece, std::size_t at);
    void take(char c, std::size_t at);
    void begin_string(std::size_t at);
    void end_string(std::size_t behind);
    void keep(std::string_view part);
    bool is_at(std::size_t level, bool is_object, std::string_view key) const;
    bool wants(Kind& kind) const;

    Base64 base64_;
    std::vector<Found> found_;
    Found current_;
    std::vector<Level> levels_;
    std::size_t too_deep_ = 0;  // levels beyond those that are kept
    std::size_t passed_ = 0;    // bytes of earlier pieces
    Role role_ = Role::value;
    bool in_string_ = false;
    bool is_escaped_ = false;
    bool is_too_long_ = false;
    bool has_base64_ = false;
};

/// The text of a JSON string's inside; empty if it is none.
std::string json_text_of(std::string_view raw);
/// The inside of a JSON string.
std::string json_raw_of(std::string_view text);

/// The addresses of a text's Markdown links and pictures: where each begins, and how long it is.
struct TextLink {
    std::size_t begin = 0;
    std::size_t length = 0;
};
std::vector<TextLink> links_in(std::string_view text);

}  // namespace dreamina
