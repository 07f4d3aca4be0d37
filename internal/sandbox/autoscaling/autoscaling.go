// Package autoscaling is what Application Auto Scaling does beyond the facts.
package autoscaling

import "github.com/live-beats/live-beats-aws/internal/sandbox/provider"

// Behaviours of the package's types.
var Behaviours = map[string]provider.Behaviour{}
