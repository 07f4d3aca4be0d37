// Package enforcement defines the enforcement level of each check of the proofs and of each security control. The level
// decides what a violation does to a preview.
package enforcement

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// Level is what a violation does to a preview.
type Level string

// The levels.
const (
	Mandatory Level = "mandatory" // A violation stops the deployment.
	Advisory  Level = "advisory"  // A violation is a warning.
	Off       Level = "off"       // Only the command verify shows a violation.
)

// LeastPrivilege is the id of the check that finds permissions of the roles that no proof needs.
const LeastPrivilege = "least-privilege"

// Checks are the ids of the proofs' checks, in the order in which a deployment would meet the problems.
var Checks = strings.Fields(`roles registry secrets image volumes logs boot database targets health internet exposure
	discovery cluster exec sign-in host uploads timeouts connections flow-logs limits compatibility order
	sharing ` + LeastPrivilege)

// Controls are the ids of the security controls, as in AWS Security Hub.
var Controls = strings.Fields(`
	ECS.2 ECS.3 ECS.4 ECS.5 ECS.8 ECS.9 ECS.10 ECS.12 ECS.17 ECS.18 ECS.20
	ELB.1 ELB.4 ELB.5 ELB.6 ELB.12 ELB.13 ELB.16 ELB.17 ELB.18 ELB.21 ELB.22
	EC2.2 EC2.6 EC2.15 EC2.18 EC2.19 EC2.55 EC2.56 EC2.57 EFS.1 EFS.2 EFS.3 EFS.4 EFS.6 EFS.7 EFS.8
	RDS.2 RDS.3 RDS.5 RDS.6 RDS.8 RDS.9 RDS.10 RDS.11 RDS.13 RDS.17 RDS.23 RDS.25 RDS.26 RDS.36 RDS.38 RDS.46
	IAM.1 IAM.21 KMS.1 KMS.2 KMS.3 KMS.4 KMS.5 S3.1 S3.2 S3.3 S3.5 S3.6 S3.8 S3.9 S3.12 S3.13 S3.14
	CloudWatch.15 CloudWatch.16 CloudWatch.17 SNS.1 SNS.4 ECR.1 ECR.2 ECR.3 ACM.2`)

// Levels maps ids of checks and controls to their levels. Defaults for ids that it does not contain: a check is
// mandatory, a control is mandatory if AWS gives it critical severity, and any other control is off.
type Levels map[string]Level

// Check returns one joined error for all unknown ids and levels.
func (l Levels) Check() error {
	var problems []error
	for _, id := range slices.Sorted(maps.Keys(l)) {
		if err := Check(id, string(l[id])); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", id, err))
		}
	}
	return errors.Join(problems...)
}

// Check returns an error if the id or the level is unknown. The error does not repeat either of them.
func Check(id, level string) error {
	switch known := slices.Concat(Checks, Controls); {
	case !slices.Contains(known, id):
		return fmt.Errorf("is not a known check: did you mean %s?", nearest(id, known))
	case !slices.Contains([]Level{Mandatory, Advisory, Off}, Level(level)):
		return errors.New("must be mandatory, advisory or off")
	}
	return nil
}

func nearest(id string, known []string) string {
	likeness := func(other string) float64 {
		return levenshtein.Match(strings.ToLower(id), strings.ToLower(other), levenshtein.NewParams().BonusThreshold(0))
	}
	return slices.MaxFunc(known, func(a, b string) int {
		if likeness(a) > likeness(b) {
			return 1
		}
		return -1
	})
}

// Of returns the strictest level of the given checks, and Off without any.
func (l Levels) Of(checks ...string) Level {
	strictest := Off
	for _, id := range checks {
		switch given, ok := l[id]; {
		case !ok || given == Mandatory:
			return Mandatory
		case given == Advisory:
			strictest = Advisory
		}
	}
	return strictest
}

// OfControl returns the level of a control. critical says whether AWS gives the control critical severity.
func (l Levels) OfControl(id string, critical bool) Level {
	if level, ok := l[id]; ok {
		return level
	}
	if critical {
		return Mandatory
	}
	return Off
}
