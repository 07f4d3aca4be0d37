package pack

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/proof"
)

// level is how much a question counts.
type level string

const (
	mandatory level = "mandatory" // A refutation stops the deployment.
	advisory  level = "advisory"
	off       level = "off"
)

// levels are those of questions by id; what is not in it is mandatory.
type levels map[string]level

// of is the strictest level of some questions.
func (l levels) of(ids ...string) level {
	strictest := off
	for _, id := range ids {
		switch given, ok := l[id]; {
		case !ok || given == mandatory:
			return mandatory
		case given == advisory:
			strictest = advisory
		}
	}
	return strictest
}

// readLevels reads the stack's config live-beats:policy: an object of levels by question.
func readLevels(ctx *pulumi.Context) (levels, error) {
	given := levels{}
	if config.Get(ctx, Name+":policy") == "" {
		return given, nil
	}
	if err := config.GetObject(ctx, Name+":policy", &given); err != nil {
		return nil, fmt.Errorf("read config %s:policy: %w", Name, err)
	}
	known := proof.Questions()
	for _, id := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(known, id) {
			return nil, fmt.Errorf("config %s:policy: %q must be one of %s", Name, id, strings.Join(known, ", "))
		}
		if l := given[id]; l != mandatory && l != advisory && l != off {
			return nil, fmt.Errorf("config %s:policy: %s %q must be mandatory, advisory or off", Name, id, l)
		}
	}
	return given, nil
}
