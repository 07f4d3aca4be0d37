// Package rds is what RDS does beyond the facts.
package rds

import "github.com/live-beats/live-beats-aws/internal/sandbox/provider"

// Behaviours of the package's types.
var Behaviours = map[string]provider.Behaviour{}
