#pragma once
/// Where a generation's answer goes: into a file, and to its client for as long as there is one. On the loop's thread,
/// but for finish().

#include <memory>
#include <optional>
#include <string>

#include "core/storage/generations/generation_files.hpp"
#include "net/exchange.hpp"

namespace dreamina {

class RecordedAnswer : public AnswerSink {
public:
    RecordedAnswer(std::filesystem::path folder, std::string name) : folder_(std::move(folder)), name_(std::move(name))
    {
    }

    /// Passes the answer on to it, with these headers beside the answer's own, while it is there.
    void set_client(std::shared_ptr<Exchange> client) { client_ = std::move(client); }
    std::shared_ptr<Exchange> take_client() { return std::exchange(client_, nullptr); }
    Exchange* client() const { return client_.get(); }
    /// Told with the answer, and kept with it.
    void add_header(Header header) { own_headers_.push_back(std::move(header)); }
    /// The client is to have no answer that is not recorded: it gets it with deliver(). But for event streams, for an
    /// answer that is too large to be held, and for one that there is no room to keep.
    void hold_back() { is_live_ = false; }
    /// The answer is recorded.
    void deliver();
    /// From now on the answer is kept.
    void keep() { is_kept_ = true; }

    void send(std::string_view bytes) override;
    bool end() override;
    void cut() override;
    std::size_t backlog() const override;

    int status() const { return status_; }
    const Headers& headers() const { return headers_; }
    std::int64_t bytes() const { return bytes_; }
    bool was_cut() const { return was_cut_; }
    bool has_begun() const { return has_head_; }
    /// Its client has all of it.
    bool was_delivered() const { return was_delivered_; }
    /// It is not to be kept after all.
    void discard() { file_.reset(); }

    /// Waits for the disk. The file's name once it is whole; nothing if there is no body, or no room for it.
    std::optional<std::string> finish();

private:
    void take_head(std::string_view head);
    void pass_on(std::string_view bytes);
    void go_live();
    void record(std::string_view bytes);

    std::filesystem::path folder_;
    std::string name_;
    std::shared_ptr<Exchange> client_;
    bool is_kept_ = false;
    bool is_live_ = true;  // what comes goes on to the client at once
    std::string held_;     // else
    bool has_head_ = false;
    bool was_cut_ = false;
    bool was_delivered_ = false;
    bool lacks_room_ = false;
    int status_ = 0;
    Headers headers_;
    Headers own_headers_;
    std::int64_t bytes_ = 0;
    std::optional<NewFile> file_;
};

}  // namespace dreamina
