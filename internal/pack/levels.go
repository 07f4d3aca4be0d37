package pack

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/live-beats/live-beats-aws/internal/verify"
)

// readLevels reads the stack's config live-beats:policy: an object of levels by question or control.
func readLevels(ctx *pulumi.Context) (verify.Levels, error) {
	const key = Name + ":policy"
	levels := verify.Levels{}
	if config.Get(ctx, key) == "" {
		return levels, nil
	}
	if err := config.GetObject(ctx, key, &levels); err != nil {
		return nil, fmt.Errorf("read config %s: %w", key, err)
	}
	if err := levels.Check(); err != nil {
		return nil, fmt.Errorf("config %s: %w", key, err)
	}
	return levels, nil
}
