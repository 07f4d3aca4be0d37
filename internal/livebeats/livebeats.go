// Package livebeats holds what is known of the application, where two packages have to agree on it. Everything is from
// the source of Live Beats and the releases of Elixir that it is built with.
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

// EpmdPort is where the Erlang port mapper of every node listens.
const EpmdPort = 4369

// Port is where the application listens unless PORT says otherwise.
const Port = 4000

// Repos is how many pools of database connections a task has: Repo and ReplicaRepo.
const Repos = 2

// VersionLabel begins the name of the Docker label that holds the version of a secret's parameter; the variable follows.
const VersionLabel = "live-beats.secret-version."

// SetByService tells whether LiveBeatsService sets a variable itself. The cluster's discovery owns a prefix.
func SetByService(variable string) bool {
	return slices.Contains(ownVariables, variable) || strings.HasPrefix(variable, "AWS_ECS_")
}

var ownVariables = []string{"ERL_AFLAGS", "PHX_HOST", "POOL_SIZE", "PORT"}
