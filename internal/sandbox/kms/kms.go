// Package kms is what KMS does beyond the facts.
package kms

import "github.com/live-beats/live-beats-aws/internal/sandbox/provider"

// Behaviours of the package's types.
var Behaviours = map[string]provider.Behaviour{}
