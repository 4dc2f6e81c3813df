#pragma once
/// What the properties share: how one fails, and how a text is fed in pieces.

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace dreamina::fuzz {

/// A property does not hold for the input.
class PropertyFailure : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

/// Throws a PropertyFailure that says `otherwise`.
inline void require(bool holds, const char* otherwise)
{
    if (!holds) throw PropertyFailure{otherwise};
}

/// Numbers that follow from a text: the same input is always treated in the same way, and a changed one in another.
class TextNumbers {
public:
    explicit TextNumbers(std::string_view text)
    {
        for (const char c : text) mix(static_cast<std::uint8_t>(c));
    }

    /// 0 to `most`.
    std::size_t next(std::size_t most)
    {
        mix(0);
        return static_cast<std::size_t>((state_ >> 24U) % (std::uint64_t{most} + 1));
    }

private:
    void mix(std::uint8_t byte) { state_ = (state_ ^ byte) * 0x100000001B3U + 1; }  // FNV-1a's step; + 1 leaves no zero

    std::uint64_t state_ = 0xCBF29CE484222325U;
};

/// Hands `text` over in pieces of any size, mostly short ones and some empty.
template <class Take>
void in_pieces(std::string_view text, TextNumbers& numbers, Take take)
{
    while (!text.empty()) {
        const std::size_t most = numbers.next(3) == 0 ? text.size() : std::min<std::size_t>(text.size(), 7);
        const std::size_t size = numbers.next(most);
        take(text.substr(0, size));
        text.remove_prefix(size);
    }
}

/// Feeds copies of `fresh` with `text`: whole, in pieces of any size, byte by byte unless it is long and, if it is
/// short, in two pieces for every place to cut. `ask` must find the same in all of them; returns what it finds.
template <class Scanner, class Ask>
auto same_in_all_pieces(const Scanner& fresh, std::string_view text, Ask ask)
{
    constexpr std::size_t short_text = 24;
    constexpr std::size_t long_text = 4096;

    Scanner whole = fresh;
    whole.feed(text);
    const auto found = ask(whole);

    if (text.size() <= long_text) {
        Scanner by_bytes = fresh;
        for (const char& c : text) by_bytes.feed({&c, 1});
        require(ask(by_bytes) == found, "fed byte by byte it finds something else");
    }

    TextNumbers numbers{text};
    for (int i = 0; i < 2; ++i) {
        Scanner pieces = fresh;
        in_pieces(text, numbers, [&](std::string_view piece) { pieces.feed(piece); });
        require(ask(pieces) == found, "fed in pieces it finds something else");
    }
    if (text.size() <= short_text) {
        for (std::size_t cut = 0; cut <= text.size(); ++cut) {
            Scanner halves = fresh;
            halves.feed(text.substr(0, cut));
            halves.feed(text.substr(cut));
            require(ask(halves) == found, "fed in two pieces it finds something else");
        }
    }
    return found;
}

}  // namespace dreamina::fuzz
