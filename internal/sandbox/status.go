package sandbox

import (
	"fmt"

	"github.com/live-beats/live-beats-aws/internal/sandbox/ecs"
	"github.com/live-beats/live-beats-aws/internal/status"
)

// Status is how a service is.
type Status = status.Status

// Status describes a service by the names of its cluster and itself, after it has answered what has happened since the
// last operation. The world itself does not change.
func (w *World) Status(region, cluster, service string) (*Status, error) {
	w.Lock()
	defer w.Unlock()
	if err := ecs.Settle(w.World, scope(region)); err != nil {
		return nil, fmt.Errorf("read status: %w", err)
	}
	s, err := ecs.Describe(w.World, scope(region), cluster, service)
	if err != nil {
		return nil, fmt.Errorf("read status: %w", err)
	}
	s.Redeploy = fmt.Sprintf("  go run . sandbox redeploy %[2]s\n  on AWS: "+
		"aws ecs update-service --cluster %[1]s --service %[2]s --force-new-deployment", cluster, service)
	return s, nil
}
