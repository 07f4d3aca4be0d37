// Package livebeats defines facts about the application that more than one package uses. They come from the source of
// Live Beats and from the Elixir releases that it is built with.
package livebeats

import (
	"slices"
	"strings"
)

// Names of the containers in a task.
const (
	AppContainer     = "live-beats"
	MigrateContainer = "migrate"
)

// EpmdPort is the TCP port of the Erlang port mapper (epmd) of every node.
const EpmdPort = 4369

// Port is the application's TCP port, unless the environment variable PORT sets another one.
const Port = 4000

// Repos is the number of database connection pools in a task: Repo and ReplicaRepo.
const Repos = 2

// VersionLabel is the prefix of the Docker labels that hold the versions of the secrets' parameters. The rest of a
// label's name is the environment variable.
const VersionLabel = "live-beats.secret-version."

// SetByService reports whether LiveBeatsService itself sets the environment variable. That includes every variable with
// the prefix AWS_ECS_, which the discovery of other nodes uses.
func SetByService(variable string) bool {
	return slices.Contains(ownVariables, variable) || strings.HasPrefix(variable, "AWS_ECS_")
}

var ownVariables = []string{"ERL_AFLAGS", "PHX_HOST", "POOL_SIZE", "PORT"}
