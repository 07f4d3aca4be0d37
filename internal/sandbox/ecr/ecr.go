// Package ecr models what ECR does beyond the facts: the images in a repository, and lifecycle policies.
package ecr

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/kms"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

const (
	repositoryType = "aws:ecr/repository:Repository"
	lifecycleType  = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
	// imageType is the type of the images that package ecs records. The id is the image's name.
	imageType = "ecs/image"
)

// Behaviours of repositories and lifecycle policies, by type.
var Behaviours = map[string]provider.Behaviour{
	repositoryType: {Create: createRepository, Delete: deleteRepository},
	lifecycleType:  {Check: checkLifecycle},
}

func createRepository(c *provider.Call) error {
	configurations, _ := c.New.Props["encryptionConfigurations"].([]any)
	for _, item := range configurations {
		encryption, _ := item.(map[string]any)
		key, given := encryption["kmsKey"].(string)
		switch {
		case given && kms.Usable(c.World, c.Region, key) == nil:
			// wording is a guess
			return provider.Errorf("KmsException", "The KMS key '%s' does not exist or is not enabled", key)
		case !given && encryption["encryptionType"] == "KMS":
			encryption["kmsKey"] = kms.Managed(c.Scope, "ecr")
		}
	}
	return nil
}

// deleteRepository refuses to delete a repository with images, unless forceDelete is set.
func deleteRepository(c *provider.Call) error {
	for _, image := range c.World.List(imageType, "") {
		reference, ours := strings.CutPrefix(image.ID, fmt.Sprint(c.Old.Props["repositoryUrl"]))
		isImage := strings.HasPrefix(reference, ":") || strings.HasPrefix(reference, "@")
		if !ours || !isImage || image.Props["missing"] == true {
			continue
		}
		if c.Old.Props["forceDelete"] != true {
			return provider.Errorf("RepositoryNotEmptyException", "The repository with name '%s' in registry with id '%s' "+
				"cannot be deleted because it still contains images", c.Old.ID, c.Account)
		}
		c.World.Delete(image)
	}
	return nil
}

// Limits of a lifecycle policy. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html
const (
	shortestPolicy = 100
	mostRules      = 50
)

type lifecycleRule struct {
	RulePriority int    `json:"rulePriority"`
	Description  string `json:"description"`
	Selection    struct {
		TagStatus      string   `json:"tagStatus"`
		TagPrefixList  []string `json:"tagPrefixList"`
		TagPatternList []string `json:"tagPatternList"`
		CountType      string   `json:"countType"`
		CountUnit      string   `json:"countUnit"`
		CountNumber    int      `json:"countNumber"`
	} `json:"selection"`
	Action struct {
		Type string `json:"type"`
	} `json:"action"`
}

func checkLifecycle(in provider.Props) []provider.Failure {
	text, known := in["policy"].(string)
	if !known {
		return nil
	}
	problem := lifecycleProblem(text)
	if problem == "" {
		return nil
	}
	return []provider.Failure{{Property: "policy", Reason: "InvalidParameterException: Invalid parameter at " +
		"'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: " + problem + "'"}}
}

// lifecycleProblem describes what is wrong with a lifecycle policy, or returns "". Only parts of AWS's wording are
// known. https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
func lifecycleProblem(text string) string {
	var policy struct {
		Rules []lifecycleRule `json:"rules"`
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&policy); err != nil {
		return err.Error()
	}
	if n := len(policy.Rules); n == 0 || n > mostRules || len(text) < shortestPolicy {
		return fmt.Sprintf("expected 1 to %d rules and at least %d characters", mostRules, shortestPolicy)
	}
	priorities, highest := map[int]bool{}, 0
	for _, r := range policy.Rules {
		if problem := ruleProblem(r); problem != "" {
			return fmt.Sprintf("rule %d: %s", r.RulePriority, problem)
		}
		if priorities[r.RulePriority] {
			return fmt.Sprintf("rulePriority %d is used twice", r.RulePriority)
		}
		priorities[r.RulePriority] = true
		highest = max(highest, r.RulePriority)
	}
	for _, r := range policy.Rules {
		if r.Selection.TagStatus == "any" && r.RulePriority != highest {
			return fmt.Sprintf("rule %d: a rule with tagStatus any must have the highest rulePriority", r.RulePriority)
		}
	}
	return ""
}

func ruleProblem(r lifecycleRule) string {
	s := r.Selection
	lists := 0
	for _, list := range [][]string{s.TagPrefixList, s.TagPatternList} {
		if len(list) > 0 {
			lists++
		}
	}
	switch tagged := s.TagStatus == "tagged"; {
	case r.RulePriority < 1:
		return "rulePriority must be at least 1"
	case r.Action.Type != "expire":
		return "action.type must be expire"
	case !tagged && s.TagStatus != "untagged" && s.TagStatus != "any":
		return "tagStatus must be tagged, untagged or any"
	case tagged && lists != 1:
		return "tagStatus tagged needs tagPrefixList or tagPatternList, not both"
	case !tagged && lists > 0:
		return "only tagStatus tagged takes tagPrefixList or tagPatternList"
	case s.CountNumber < 1:
		return "countNumber must be at least 1"
	case s.CountType == "sinceImagePushed" && s.CountUnit != "days":
		return "countType sinceImagePushed needs countUnit days"
	case s.CountType == "imageCountMoreThan" && s.CountUnit != "":
		return "countType imageCountMoreThan takes no countUnit"
	case s.CountType != "sinceImagePushed" && s.CountType != "imageCountMoreThan":
		return "countType must be imageCountMoreThan or sinceImagePushed"
	}
	return ""
}
