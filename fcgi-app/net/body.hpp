#pragma once
/// A request's body, in memory or in a file that has no name any more. Can be read any number of times.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/unique_fd.hpp"

namespace dreamina {

/// A part of a body that is to read otherwise.
struct BodyEdit {
    std::uint64_t at = 0;
    std::uint64_t length = 0;  ///< of what goes; 0: something is only put in
    std::string text;

    bool operator==(const BodyEdit&) const = default;
};

class Body {
public:
    Body() = default;
    explicit Body(std::string memory) : memory_(std::move(memory)), size_(memory_.size()) {}
    Body(UniqueFd file, std::uint64_t size) : file_(std::move(file)), size_(size) {}

    std::uint64_t size() const { return size_; }
    bool in_memory() const { return !file_ && !original_; }

    /// Copies from `offset` on; 0 at the end, less than asked only there. Throws std::system_error.
    std::size_t read(std::uint64_t offset, std::span<char> into) const;
    /// Those in memory: all of it, for as long as this lives.
    std::string_view memory() const { return memory_; }
    /// All of it. For bodies whose size is bounded.
    std::string text() const;

    /// `original` with the edits, which come in order and do not overlap. Of one in a file only the edits take memory:
    /// the rest is read from where it is.
    static std::shared_ptr<const Body> edited(std::shared_ptr<const Body> original, std::vector<BodyEdit> edits);

    /// The same bytes once more; what is in a file is read from where it is.
    static Body same_as(std::shared_ptr<const Body> other);

private:
    /// Either text, or what stands in the original from `from` on.
    struct Piece {
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
        std::uint64_t from = 0;
        std::string text = {};
        bool is_text = false;
    };

    std::size_t read_pieces(std::uint64_t offset, std::span<char> into) const;
    void add_piece(Piece piece, std::uint64_t length);

    std::string memory_;
    UniqueFd file_;
    std::shared_ptr<const Body> original_;
    std::vector<Piece> pieces_;  // without gaps
    std::uint64_t size_ = 0;
};

}  // namespace dreamina
