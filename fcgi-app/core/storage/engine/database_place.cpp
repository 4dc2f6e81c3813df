#include "core/storage/engine/database_place.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include "core/base/file.hpp"
#include "core/base/log.hpp"
#include "core/base/message/message.hpp"

namespace dreamina {
namespace {

/// Of other machines, and of a virtual machine's host.
constexpr std::array<std::string_view, 26> shared_file_systems{"9p",
                                                               "afs",
                                                               "beegfs",
                                                               "ceph",
                                                               "cifs",
                                                               "coda",
                                                               "davfs",
                                                               "fuse.ceph",
                                                               "fuse.davfs",
                                                               "fuse.davfs2",
                                                               "fuse.glusterfs",
                                                               "fuse.grpcfuse",
                                                               "fuse.rclone",
                                                               "fuse.s3fs",
                                                               "fuse.sshfs",
                                                               "fuse.smbnetfs",
                                                               "fuse.vmhgfs-fuse",
                                                               "glusterfs",
                                                               "lustre",
                                                               "ncpfs",
                                                               "nfs",
                                                               "nfs4",
                                                               "prl_fs",
                                                               "smb3",
                                                               "smbfs",
                                                               "vboxsf"};

/// The table writes blanks and backslashes as \040 and the like.
std::string unescape(const std::string& text)
{
    const auto is_octal = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '7'; };
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && is_octal(i + 1) && is_octal(i + 2) && is_octal(i + 3)) {
            plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
            i += 3;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

bool stands_below(const std::string& file, const std::string& mount_point)
{
    if (mount_point == "/") return true;
    return file.starts_with(mount_point) && (file.size() == mount_point.size() || file[mount_point.size()] == '/');
}

}  // namespace

DatabasePlace place_in(std::string_view mounts, const std::filesystem::path& file)
{
    DatabasePlace place;
    std::size_t longest = 0;
    std::istringstream lines{std::string{mounts}};
    for (std::string line; std::getline(lines, line);) {
        // 36 35 98:0 /root /mount/point options optional* - type source options
        std::istringstream words{line};
        std::string id, parent, device, root, mount_point, word, type;
        words >> id >> parent >> device >> root >> mount_point;
        while (words >> word && word != "-") continue;
        if (!(words >> type)) continue;
        mount_point = unescape(mount_point);
        // Of two on the same point the later one hides the other.
        if (!stands_below(file.string(), mount_point) || mount_point.size() < longest) continue;
        longest = mount_point.size();
        place.file_system = type;
        place.single_file = mount_point == file.string();
    }
    place.network = std::find(shared_file_systems.begin(), shared_file_systems.end(), place.file_system) !=
                    shared_file_systems.end();
    return place;
}

DatabasePlace database_place(const std::filesystem::path& file)
{
    std::error_code error;
    const auto real = std::filesystem::weakly_canonical(file, error);
    const auto mounts = read_file("/proc/self/mountinfo");
    return error || !mounts ? DatabasePlace{} : place_in(*mounts, real);
}

void warn_of_place(const std::filesystem::path& file)
{
    const DatabasePlace place = database_place(file);
    const std::vector<MessageParam> params{{"file", file.filename().string()}, {"file_system", place.file_system}};
    const auto warn = [&](const std::string& code) {
        log_warning("{} {}", english({code + ".summary", params}), english({code + ".advice", params}));
    };
    if (place.single_file) warn("health.database_place.single_file");
    if (place.network) warn("health.database_place.network");
}

}  // namespace dreamina
