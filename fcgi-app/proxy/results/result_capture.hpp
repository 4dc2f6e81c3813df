#pragma once
/// What one answer holds that is to be stored, taken from it on its way to the client. Where its URLs are to be
/// replaced the answer is held back until it is whole; else it passes on as it comes. On the loop's thread.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/results/store_mode.hpp"
#include "core/storage/generations/generation_files.hpp"
#include "core/storage/results/new_results.hpp"
#include "proxy/results/base64_decoder.hpp"
#include "proxy/results/result_scan.hpp"

namespace dreamina {

class ResultCapture {
public:
    /// `origin`: what the links begin with; empty: URLs are not replaced. `folder`: of stored results; `has_room`: on
    /// its disk, else no file is made.
    ResultCapture(StoreMode mode, std::string origin, std::filesystem::path folder, bool has_room);
    ~ResultCapture();  ///< What came in is dropped, unless it was taken.
    ResultCapture(const ResultCapture&) = delete;
    ResultCapture& operator=(const ResultCapture&) = delete;

    /// What of it goes on to the client now.
    std::string_view feed(std::string_view piece);
    /// The rest, replaced or not.
    std::string release();

    /// Something is held back in which URLs are to be replaced.
    bool is_to_be_replaced() const { return is_held_ && !answered().empty(); }
    /// Whether the answer is to be held back, so that its length is not known.
    bool holds_back() const { return is_held_; }

    /// What was found, in its order.
    const std::vector<AnsweredResult>& answered() const;
    /// Files of what came with the answer, which are not whole until they are finished.
    std::vector<NewFile> take_files() { return std::move(files_); }

    /// Replaces URLs in what is held back.
    void replace(const std::vector<AddedResult>& added);

private:
    struct Place {
        std::size_t found = 0;            ///< which of the scan's
        std::optional<TextLink> in_text;  ///< where within its text
    };
    void look_through() const;
    void begin_base64();
    void take_base64(std::string_view part);
    void end_base64();
    void give_up_file();

    std::string origin_;
    std::filesystem::path folder_;
    bool has_room_;
    ResultScan scan_;
    bool is_held_;
    std::string held_;
    std::string passing_;
    std::optional<Base64Decoder> decoder_;
    std::optional<NewFile> file_;
    std::vector<NewFile> files_;
    std::vector<std::string> ids_of_files_;  // in their order; empty: it could not be kept
    mutable std::size_t looked_at_ = 0;
    mutable std::vector<AnsweredResult> answered_;
    mutable std::vector<Place> places_;
};

}  // namespace dreamina
