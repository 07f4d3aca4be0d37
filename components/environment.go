package components

import (
	"slices"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/livebeats"
)

// checkEnvironment checks the names of plain variables.
func checkEnvironment(p *problems, names []string) {
	for _, name := range slices.Sorted(slices.Values(names)) {
		p.match("Environment", name, awsmodel.Variable)
		p.check(!livebeats.SetByService(name), "Environment", name, "left out: the service sets it itself")
	}
}
