#include "proxy/results/result_capture.hpp"

#include <algorithm>
#include <utility>

#include "core/base/log.hpp"
#include "core/base/time_ordered_id.hpp"
#include "core/domain/results/media_type.hpp"
#include "core/storage/results/result_files.hpp"

namespace dreamina {
namespace {

/// Answers with URLs are a few kilobytes; one that is longer passes on as it is.
constexpr std::size_t max_held_for_links = 256 * 1024;

}  // namespace

ResultCapture::ResultCapture(StoreMode mode, std::string origin, std::filesystem::path folder, bool has_room)
    : origin_(std::move(origin)),
      folder_(std::move(folder)),
      has_room_(has_room),
      scan_({.piece = [this](std::string_view part) { take_base64(part); }, .end = [this] { end_base64(); }}),
      is_held_(mode == StoreMode::rewrite && !origin_.empty())
{
}

ResultCapture::~ResultCapture() = default;

std::string_view ResultCapture::feed(std::string_view piece)
{
    scan_.feed(piece);
    if (!is_held_) return piece;
    held_.append(piece);
    if (!scan_.has_base64() && held_.size() <= max_held_for_links) return {};
    is_held_ = false;
    passing_ = std::exchange(held_, {});
    return passing_;
}

std::string ResultCapture::release()
{
    is_held_ = false;
    return std::exchange(held_, {});
}

void ResultCapture::begin_base64()
{
    decoder_.emplace();
    ids_of_files_.emplace_back();
    if (!has_room_) return;
    make_result_folders(folder_);
    std::string id = new_time_ordered_id(system_now());
    auto file = NewFile::create(incoming_folder(folder_), id);
    if (!file) return give_up_file();
    file_.emplace(std::move(*file));
    ids_of_files_.back() = std::move(id);
}

void ResultCapture::take_base64(std::string_view part)
{
    if (part.empty()) return;
    if (!decoder_) begin_base64();
    if (!file_) return;
    const std::string bytes = decoder_->feed(part);
    if (decoder_->is_bad() || file_->size() + bytes.size() > max_result_bytes(ResultMedia::image) ||
        !file_->write(bytes))
        give_up_file();
}

void ResultCapture::end_base64()
{
    if (!decoder_) {  // an empty text
        ids_of_files_.emplace_back();
        return;
    }
    if (file_) {
        const std::string rest = decoder_->end();
        if (decoder_->is_bad() || !file_->write(rest) || file_->size() == 0) {
            give_up_file();
        } else {
            files_.push_back(std::move(*file_));
            file_.reset();
        }
    }
    decoder_.reset();
}

void ResultCapture::give_up_file()
{
    log_warning("a picture that came with an answer cannot be stored: it is none, is too large, or there is no room");
    file_.reset();
    ids_of_files_.back().clear();
}

void ResultCapture::look_through() const
{
    const auto& found = scan_.found();
    for (; looked_at_ < found.size(); ++looked_at_) {
        const ResultScan::Found& each = found[looked_at_];
        const auto add = [&](std::string id, std::optional<std::string> url, std::optional<TextLink> in_text) {
            answered_.push_back({.id = std::move(id), .url = std::move(url), .is_in_text = in_text.has_value()});
            places_.push_back({looked_at_, in_text});
        };
        if (each.kind == ResultScan::Kind::base64) {
            const auto before = std::count_if(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(looked_at_),
                                              [](const auto& one) { return one.kind == ResultScan::Kind::base64; });
            const std::string& id = ids_of_files_[static_cast<std::size_t>(before)];
            if (!id.empty()) add(id, std::nullopt, std::nullopt);
            continue;
        }
        const std::string text = json_text_of(each.raw);
        if (each.kind == ResultScan::Kind::url) {
            if (!text.empty()) add(new_time_ordered_id(system_now()), text, std::nullopt);
            continue;
        }
        for (const TextLink& link : links_in(text))
            add(new_time_ordered_id(system_now()), text.substr(link.begin, link.length), link);
    }
}

const std::vector<AnsweredResult>& ResultCapture::answered() const
{
    look_through();
    return answered_;
}

void ResultCapture::replace(const std::vector<AddedResult>& added)
{
    look_through();
    // From the end on, so that what stands before stays where it is.
    for (auto next = added.rbegin(); next != added.rend();) {
        const std::size_t which = places_[next->place].found;
        const ResultScan::Found& found = scan_.found()[which];
        if (found.kind != ResultScan::Kind::text) {
            if (!next->link.empty()) {
                const std::string both =
                    "\"" + json_raw_of(origin_ + next->link) + "\",\"source_url\":\"" + found.raw + "\"";
                held_.replace(found.begin, found.end - found.begin, both);
            }
            ++next;
            continue;
        }
        std::string text = json_text_of(found.raw);
        for (; next != added.rend() && places_[next->place].found == which; ++next) {
            const TextLink& link = *places_[next->place].in_text;
            if (!next->link.empty()) text.replace(link.begin, link.length, origin_ + next->link);
        }
        held_.replace(found.begin, found.end - found.begin, "\"" + json_raw_of(text) + "\"");
    }
}

}  // namespace dreamina
