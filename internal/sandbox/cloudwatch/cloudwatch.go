// Package cloudwatch is what CloudWatch does beyond the facts.
package cloudwatch

import "github.com/live-beats/live-beats-aws/internal/sandbox/provider"

// Behaviours of the package's types.
var Behaviours = map[string]provider.Behaviour{}
