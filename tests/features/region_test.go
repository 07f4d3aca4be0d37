package features

import "testing"

// TestAnotherRegionIsRefused: a deployed stack stays in its region, and nothing is changed. After destroy it can be
// deployed elsewhere.
func TestAnotherRegionIsRefused(t *testing.T) {
	t.Parallel()
	p := deployed(t)
	elsewhere := []string{"--config", "aws:region=eu-west-1"}
	for _, args := range [][]string{{"preview"}, {"up"}, {"up", "--skip-proofs"}} {
		p.Run(append(args, elsewhere...)...).Exits(1).
			Says("aws:region is eu-west-1, but stack staging is deployed in eu-west-2, and its resources cannot move").
			Silent("ServiceNotFound")
		p.Run("preview", "--expect-no-changes").Exits(0)
	}
	p.Run(append([]string{"status"}, elsewhere...)...).Exits(0)
	p.Run("destroy").Exits(0)
	p.Run(append([]string{"up"}, elsewhere...)...).Exits(0)
}
