#pragma once
/// Choices read off a fuzzer's input, for the properties that build well-formed data instead of taking bytes as they
/// are. An input that has ended gives zeros, so every one of them makes something.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace dreamina::fuzz {

class Input {
public:
    explicit Input(std::string_view bytes) : bytes_(bytes) {}

    bool ended() const { return bytes_.empty(); }

    std::uint8_t byte()
    {
        if (bytes_.empty()) return 0;
        const auto first = static_cast<std::uint8_t>(bytes_.front());
        bytes_.remove_prefix(1);
        return first;
    }

    bool flag() { return (byte() & 1U) != 0; }

    /// 0 to `most`, of as many bytes as that needs.
    std::size_t number(std::size_t most)
    {
        std::size_t value = 0;
        for (std::size_t rest = most; rest > 0; rest >>= 8U) value = value << 8U | byte();
        return value % (most + 1);
    }

    template <std::size_t count>
    std::string_view one_of(const std::array<std::string_view, count>& choices)
    {
        return choices[number(count - 1)];
    }

    /// Up to `most` bytes of any value.
    std::string bytes(std::size_t most)
    {
        const std::size_t wanted = number(most);  // takes bytes, so what is left is looked at afterwards
        const std::size_t count = std::min(wanted, bytes_.size());
        const std::string taken{bytes_.substr(0, count)};
        bytes_.remove_prefix(count);
        return taken;
    }

private:
    std::string_view bytes_;
};

}  // namespace dreamina::fuzz
