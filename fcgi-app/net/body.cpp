#include "net/body.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace dreamina {

std::size_t Body::read(std::uint64_t offset, std::span<char> into) const
{
    if (offset >= size_) return 0;
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - offset));
    if (original_) return read_pieces(offset, into.first(wanted));
    if (in_memory()) {
        std::memcpy(into.data(), memory_.data() + offset, wanted);
        return wanted;
    }
    std::size_t done = 0;
    while (done < wanted) {
        const ssize_t count =
            ::pread(file_.get(), into.data() + done, wanted - done, static_cast<off_t>(offset + done));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) throw std::system_error(count < 0 ? errno : EIO, std::generic_category(), "spooled body");
        done += static_cast<std::size_t>(count);
    }
    return done;
}

std::size_t Body::read_pieces(std::uint64_t offset, std::span<char> into) const
{
    auto piece = std::upper_bound(pieces_.begin(), pieces_.end(), offset,
                                  [](std::uint64_t at, const Piece& each) { return at < each.end; });
    std::size_t done = 0;
    for (; done < into.size(); ++piece) {
        const std::uint64_t within = offset + done - piece->begin;
        const auto count =
            static_cast<std::size_t>(std::min<std::uint64_t>(into.size() - done, piece->end - piece->begin - within));
        if (piece->is_text) {
            std::memcpy(into.data() + done, piece->text.data() + within, count);
        } else {
            original_->read(piece->from + within, into.subspan(done, count));
        }
        done += count;
    }
    return done;
}

std::string Body::text() const
{
    if (in_memory()) return memory_;
    std::string content(size_, '\0');
    read(0, content);
    return content;
}

void Body::add_piece(Piece piece, std::uint64_t length)
{
    if (length == 0) return;
    piece.begin = size_;
    piece.end = size_ += length;
    pieces_.push_back(std::move(piece));
}

Body Body::same_as(std::shared_ptr<const Body> other)
{
    if (other->in_memory()) return Body{other->memory_};
    Body body;
    body.add_piece({.from = 0}, other->size());
    body.original_ = std::move(other);
    return body;
}

std::shared_ptr<const Body> Body::edited(std::shared_ptr<const Body> original, std::vector<BodyEdit> edits)
{
    if (edits.empty()) return original;
    auto body = std::make_shared<Body>();
    std::uint64_t from = 0;
    for (BodyEdit& edit : edits) {
        body->add_piece({.from = from}, edit.at - from);
        const std::uint64_t length = edit.text.size();
        body->add_piece({.text = std::move(edit.text), .is_text = true}, length);
        from = edit.at + edit.length;
    }
    body->add_piece({.from = from}, original->size() - from);
    const bool in_memory = original->in_memory();
    body->original_ = std::move(original);
    return in_memory ? std::make_shared<const Body>(body->text()) : std::move(body);
}

}  // namespace dreamina
