package config

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// PortRange is a range of TCP ports, both ends included: "9100-9115" in the
// configuration. A node and a remote shell into it each listen on a port of
// their own, so a range holds at least two.
type PortRange struct{ Min, Max int }

// UnmarshalText reads MIN-MAX.
func (r *PortRange) UnmarshalText(text []byte) error {
	lowest, highest, _ := strings.Cut(string(text), "-")
	from, errFrom := strconv.Atoi(lowest)
	to, errTo := strconv.Atoi(highest)
	if errors.Join(errFrom, errTo) != nil || to <= from ||
		!awsmodel.UnprivilegedPorts.Contains(from) || !awsmodel.UnprivilegedPorts.Contains(to) {
		return fmt.Errorf("read port range %q: must be %s", text, portRange)
	}
	r.Min, r.Max = from, to
	return nil
}

// portsFormat is the value of the tag format of a PortRange, which reads itself.
const portsFormat = "ports"

var portRange = "two ports LOWEST-HIGHEST such as 9100-9115, both " + awsmodel.UnprivilegedPorts.String()

// Contains tells whether port is in the range.
func (r PortRange) Contains(port int) bool { return r.Min <= port && port <= r.Max }

func (r PortRange) String() string { return fmt.Sprintf("%d-%d", r.Min, r.Max) }
