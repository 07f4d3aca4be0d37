package verify

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/controls"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/proof"
)

// Level is what a refuted question or a failed control does to a preview.
type Level string

// The levels.
const (
	Mandatory Level = "mandatory" // It stops the deployment.
	Advisory  Level = "advisory"  // It is reported.
	Off       Level = "off"       // It shows in verify alone.
)

// LeastPrivilege is the id, among those of Levels, of what roles may do beyond what the proofs need.
const LeastPrivilege = "least-privilege"

// Levels are given by the ids of questions and controls. Without one a question is mandatory; so is a control that AWS
// calls critical, and the others are off.
type Levels map[string]Level

// Check names every id and level that there is not.
func (l Levels) Check() error {
	known := append(append(proof.Questions(), LeastPrivilege), controls.IDs()...)
	var problems []error
	for _, id := range slices.Sorted(maps.Keys(l)) {
		if !slices.Contains(known, id) {
			problems = append(problems, fmt.Errorf("is not a question or control: known are %s", strings.Join(known, ", ")))
		}
		if level := l[id]; level != Mandatory && level != Advisory && level != Off {
			problems = append(problems, errors.New("must be mandatory, advisory or off"))
		}
	}
	return errors.Join(problems...)
}

// Of is the strictest level of some questions.
func (l Levels) Of(questions ...string) Level {
	strictest := Off
	for _, id := range questions {
		switch given, ok := l[id]; {
		case !ok || given == Mandatory:
			return Mandatory
		case given == Advisory:
			strictest = Advisory
		}
	}
	return strictest
}

// OfControl is the level of a control.
func (l Levels) OfControl(c controls.Control) Level {
	if level, ok := l[c.ID]; ok {
		return level
	}
	if c.Severity == controls.Critical {
		return Mandatory
	}
	return Off
}
