package components

import "fmt"

// epmdPort is where the Erlang port mapper of every node listens.
const epmdPort = 4369

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
	p.check(1 <= port && port <= 65535, arg, port, "1-65535")
	p.check(port != epmdPort, arg, port, fmt.Sprintf("another port than %d, which is epmd's", epmdPort))
	p.check(1024 <= distribution.Min && distribution.Max <= 65535, "DistributionPorts", distribution, "within 1024-65535")
	// A remote shell is a second node in the same task and needs a port of its own.
	p.check(distribution.Min < distribution.Max, "DistributionPorts", distribution, "a range of at least two ports")
	for _, taken := range []int{epmdPort, port} {
		p.check(!distribution.contains(taken), "DistributionPorts", distribution,
			fmt.Sprintf("a range without port %d", taken))
	}
}
