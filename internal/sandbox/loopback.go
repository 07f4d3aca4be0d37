package sandbox

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
)

// ownListener accepts connections from this user's processes only, because the protocol of Pulumi's providers has no
// authentication. It needs Linux's table of connections: on another system it accepts every connection.
type ownListener struct{ net.Listener }

// listenLoopback listens on a free port of the loopback interface.
func listenLoopback(ctx context.Context) (ownListener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	return ownListener{listener}, err
}

// Accept closes and skips the connections of other users.
func (l ownListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if own(conn) {
			return conn, nil
		}
		_ = conn.Close()
	}
}

// own reports whether this user's process, or root's, has opened a connection.
func own(conn net.Conn) bool {
	client, isTCP := conn.RemoteAddr().(*net.TCPAddr)
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		return true // Not known.
	}
	return isTCP && mayConnect(string(table), client.Port, os.Getuid())
}

// mayConnect reports whether the socket at a port of 127.0.0.1 belongs to a user, or to root.
// https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html
func mayConnect(table string, port, user int) bool {
	const local, uid = 1, 7 // Columns.
	want := fmt.Sprintf("0100007F:%04X", port)
	for line := range strings.Lines(table) {
		if fields := strings.Fields(line); len(fields) > uid && fields[local] == want {
			return fields[uid] == "0" || fields[uid] == strconv.Itoa(user)
		}
	}
	return false
}
