#pragma once
/// Telling whether two texts are the same without keeping them (BLAKE2b-128). libsodium behind it.

#include <memory>
#include <string>
#include <string_view>

namespace dreamina {

class Digester {
public:
    /// With a key (at most 64 bytes) one cannot try which text a digest is of without it.
    explicit Digester(std::string_view key = {});
    ~Digester();
    Digester(const Digester&) = delete;
    Digester& operator=(const Digester&) = delete;

    /// Pieces are kept apart: "ab" and "c" are another text than "a" and "bc".
    Digester& add(std::string_view piece);

    /// 32 hex digits. Once, at the end.
    std::string hex();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace dreamina
