#include "net/fastcgi_reader.hpp"

#include <fcgiapp.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <stdexcept>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "net/client.hpp"

namespace dreamina {
namespace {

constexpr timeval max_pause{.tv_sec = 30, .tv_usec = 0};

/// libfcgi reads with plain read(2) and takes EAGAIN for a broken connection, so the descriptor blocks meanwhile.
class BlockingWhile {
public:
    explicit BlockingWhile(int fd) : fd_(fd), flags_(::fcntl(fd, F_GETFL))
    {
        ::fcntl(fd_, F_SETFL, flags_ & ~O_NONBLOCK);
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &max_pause, sizeof max_pause);
    }
    ~BlockingWhile() { ::fcntl(fd_, F_SETFL, flags_); }
    BlockingWhile(const BlockingWhile&) = delete;
    BlockingWhile& operator=(const BlockingWhile&) = delete;

private:
    int fd_;
    int flags_;
};

/// libfcgi's request around a connection that stays ours: it would otherwise accept by itself (which stalls on a
/// silent peer) and close or flush at the end (which blocks on a slow one). It gets a descriptor of its own, since it
/// closes the one it has when it meets an error; one for all of the connection's requests, to save two calls for each.
class BorrowedConnection {
public:
    BorrowedConnection(int fd, UniqueFd& duplicate) : duplicate_(duplicate)
    {
        if (!duplicate_) duplicate_.reset(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
        FCGX_InitRequest(&request_, -1, 0);
        request_.ipcFd = duplicate_.get();
        request_.keepConnection = 1;
    }
    ~BorrowedConnection()
    {
        FCGX_Free(&request_, 0);  // at once: its streams hold 17 KB
        if (request_.ipcFd < 0) (void)duplicate_.release();
    }
    BorrowedConnection(const BorrowedConnection&) = delete;
    BorrowedConnection& operator=(const BorrowedConnection&) = delete;

    bool read_parameters() { return FCGX_Accept_r(&request_) == 0 && FCGX_GetError(request_.in) == 0; }
    FCGX_Request& operator*() { return request_; }

private:
    UniqueFd& duplicate_;
    FCGX_Request request_{};
};

/// HTTP_ACCEPT_ENCODING → Accept-Encoding.
std::string header_name(std::string_view variable)
{
    std::string name = to_lower(variable);
    bool first = true;
    for (char& c : name) {
        if (c == '_') {
            c = '-';
            first = true;
        } else if (first) {
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
            first = false;
        }
    }
    return name;
}

void take_parameter(Request& request, std::string_view name, std::string_view value, std::uint64_t& content_length)
{
    constexpr std::string_view header_prefix = "HTTP_";
    if (name.starts_with(header_prefix)) {
        request.headers.push_back({header_name(name.substr(header_prefix.size())), std::string{value}});
    } else if (name == "REQUEST_METHOD") {
        request.method = value;
    } else if (name == "REQUEST_URI") {
        request.target = value;
    } else if (name == "DOCUMENT_URI") {
        request.path = value;
    } else if (name == "QUERY_STRING") {
        request.query = value;
    } else if (name == "REMOTE_ADDR") {
        request.remote_address = value;
    } else if (name == "DREAMINA_BASE") {
        request.base = value;
    } else if (name == "CONTENT_TYPE") {
        request.content_type = value;
    } else if (name == "REQUEST_SCHEME") {
        request.over_tls = request.over_tls || value == "https";
    } else if (name == "CONTENT_LENGTH") {
        std::from_chars(value.data(), value.data() + value.size(), content_length);
    }
}

/// An empty file that goes with its descriptor.
Result<UniqueFd> open_spool(const std::filesystem::path& folder)
{
    UniqueFd fd{::open(folder.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600)};
    if (fd) return fd;
    std::string name = (folder / "body.XXXXXX").string();  // a file system without O_TMPFILE
    fd.reset(::mkostemp(name.data(), O_CLOEXEC));
    if (!fd) return file_failure("spool", folder, errno);
    ::unlink(name.c_str());
    return fd;
}

Result<Body> read_body(FCGX_Stream* in, std::uint64_t content_length, const std::filesystem::path& spool_folder)
{
    const bool to_file = content_length > max_body_in_memory;
    std::string memory;
    UniqueFd file;
    if (to_file) {
        auto spool = open_spool(spool_folder);
        if (!spool) return tl::unexpected(spool.error());
        file = std::move(*spool);
    }
    std::uint64_t size = 0;
    char piece[32 * 1024];
    for (;;) {
        const int count = FCGX_GetStr(piece, sizeof piece, in);
        if (count <= 0) break;
        size += static_cast<std::uint64_t>(count);
        if (size > content_length) return failure("unreadable", "the body is longer than its length");
        if (!to_file) {
            memory.append(piece, static_cast<std::size_t>(count));
        } else if (!write_all(file.get(), {piece, static_cast<std::size_t>(count)})) {
            return file_failure("spool", spool_folder, errno);
        }
    }
    if (FCGX_GetError(in) != 0 || size != content_length) return failure("unreadable", "the body was cut");
    return to_file ? Body{std::move(file), size} : Body{std::move(memory)};
}

}  // namespace

void start_fastcgi()
{
    if (FCGX_Init() != 0) throw std::runtime_error("libfcgi does not start");
}

Result<Request> read_fastcgi_request(int fd, UniqueFd& duplicate, bool arrived_whole,
                                     const std::filesystem::path& spool_folder)
{
    std::optional<BlockingWhile> blocking;
    if (!arrived_whole) blocking.emplace(fd);
    BorrowedConnection connection{fd, duplicate};
    if (!connection.read_parameters()) return failure("unreadable", "the parameters were cut");

    Request request;
    std::uint64_t content_length = 0;
    for (char** entry = (*connection).envp; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view pair{*entry};
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos)
            take_parameter(request, pair.substr(0, equals), pair.substr(equals + 1), content_length);
    }
    auto body = read_body((*connection).in, content_length, spool_folder);
    if (!body) return tl::unexpected(body.error());
    request.body = std::move(*body);
    request.over_tls = is_over_tls(request);
    return request;
}

}  // namespace dreamina
