// Package ecr is what ECR does beyond the facts: the images of a repository, and lifecycle policies.
package ecr

import (
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/kms"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

const (
	repositoryType = "aws:ecr/repository:Repository"
	lifecycleType  = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
	// imageType is what package ecs keeps of a declared image; its id is the image's name.
	imageType = "ecs/image"
)

// Behaviours of repositories and lifecycle policies.
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

// deleteRepository refuses to delete images unless they may be deleted by force.
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
