// Package ecr is what ECR does beyond the facts.
package ecr

import "github.com/live-beats/live-beats-aws/internal/sandbox/provider"

// Behaviours of the package's types.
var Behaviours = map[string]provider.Behaviour{}
