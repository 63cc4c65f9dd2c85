#include "port/serial_port.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>

namespace kktd::port {

namespace {

constexpr std::array bauds{1'200,  2'400,   4'800,   9'600,   19'200, 38'400,
                           57'600, 115'200, 230'400, 460'800, 921'600};
/// Of the same places.
constexpr std::array<speed_t, bauds.size()> speeds{
    B1200, B2400, B4800, B9600, B19200, B38400, B57600, B115200, B230400, B460800, B921600};

speed_t speed_of(int baud) {
    const auto* found = std::ranges::find(bauds, baud);
    return found == bauds.end() ? B0 : speeds[static_cast<std::size_t>(found - bauds.begin())];
}

/// An errno, or 0. Without CLOCAL a line whose device shows no carrier would read as hung up; with
/// VMIN 0 an empty line would read as an end of file.
int set_raw(int fd, int baud) {
    const speed_t speed = speed_of(baud);
    if (speed == B0) {
        return EINVAL;
    }
    termios line{};
    if (::tcgetattr(fd, &line) != 0) {
        return errno;
    }
    ::cfmakeraw(&line);
    line.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | CRTSCTS);
    line.c_cflag |= CLOCAL | CREAD;
    line.c_iflag &= ~static_cast<tcflag_t>(IXOFF | IXANY);
    line.c_cc[VMIN] = 1;
    line.c_cc[VTIME] = 0;
    ::cfsetispeed(&line, speed);
    ::cfsetospeed(&line, speed);
    return ::tcsetattr(fd, TCSANOW, &line) == 0 ? 0 : errno;
}

} // namespace

SerialPort::SerialPort(std::string path, int baud)
    : path_(std::move(path)), baud_(baud), stream_(path_ + " " + std::to_string(baud)) {}

SerialPort::~SerialPort() {
    close();
}

std::span<const int> SerialPort::rates() {
    return bauds;
}

Result<void> SerialPort::open(Deadline /*opening a terminal does not wait*/) {
    if (is_open()) {
        return {};
    }
    base::UniqueFd fd(::open(path_.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    if (!fd) {
        return PortError(PortError::Kind::io, stream_.error("cannot open", errno).text());
    }
    // TIOCEXCL keeps out those who open later, the lock those who have opened before.
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
        return stream_.error("somebody else has it", errno);
    }
    if (const int number = set_raw(fd.get(), baud_); number != 0) {
        return PortError(PortError::Kind::io, stream_.error("cannot set the line", number).text());
    }
    if (::ioctl(fd.get(), TIOCEXCL) != 0) {
        return PortError(PortError::Kind::io, stream_.error("cannot have it alone", errno).text());
    }
    ::tcflush(fd.get(), TCIOFLUSH);
    stream_.attach(std::move(fd));
    return {};
}

void SerialPort::close() {
    if (is_open()) {
        ::tcflush(stream_.fd(), TCOFLUSH);
        // The mark would outlive us while another descriptor of the line is open.
        static_cast<void>(::ioctl(stream_.fd(), TIOCNXCL));
        stream_.close();
    }
}

} // namespace kktd::port
