package components

import (
	"fmt"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/livebeats"
)

// PortRange is an inclusive range of TCP ports.
type PortRange struct {
	Min int `pulumi:"min"`
	Max int `pulumi:"max"`
}

// String gives min-max.
func (r PortRange) String() string { return fmt.Sprintf("%d-%d", r.Min, r.Max) }

func (r PortRange) contains(port int) bool { return r.Min <= port && port <= r.Max }

// checkPorts checks the container port and the Erlang distribution ports
// together, since no two listeners of a task may meet.
func checkPorts(p *problems, arg string, port int, distribution PortRange) {
	p.within(arg, port, awsmodel.Port)
	p.check(port != livebeats.EpmdPort, arg, port, fmt.Sprintf("another port than %d, which is epmd's", livebeats.EpmdPort))
	unprivileged := awsmodel.UnprivilegedPorts
	p.check(unprivileged.Contains(distribution.Min) && unprivileged.Contains(distribution.Max),
		"DistributionPorts", distribution, "within "+unprivileged.String())
	// A remote shell is a second node in the same task and needs a port of its own.
	p.check(distribution.Min < distribution.Max, "DistributionPorts", distribution, "a range of at least two ports")
	for _, taken := range []int{livebeats.EpmdPort, port} {
		p.check(!distribution.contains(taken), "DistributionPorts", distribution,
			fmt.Sprintf("a range without port %d", taken))
	}
}
