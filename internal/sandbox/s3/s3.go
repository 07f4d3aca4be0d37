// Package s3 is what S3 does beyond the facts.
package s3

import "github.com/live-beats/live-beats-aws/internal/sandbox/provider"

// Behaviours of the package's types.
var Behaviours = map[string]provider.Behaviour{}
