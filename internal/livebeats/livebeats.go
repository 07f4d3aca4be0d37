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

// User is the user id of the processes in its image: nobody.
const User = 65534

// Lacks lists the variables that Live Beats reads at boot without a default and does not have, in its server as in its
// migration. Alternatives are joined with "or".
func Lacks(has func(variable string) bool) []string {
	required := [][]string{
		{"SECRET_KEY_BASE"},
		{"LIVE_BEATS_GITHUB_CLIENT_ID"},
		{"LIVE_BEATS_GITHUB_CLIENT_SECRET"},
		{"DATABASE_URL", "DB_HOST"},
	}
	if !has("DATABASE_URL") && has("DB_HOST") {
		required = append(required, []string{"DB_USERNAME"}, []string{"DB_PASSWORD"}, []string{"DB_PORT"})
	}
	var lacks []string
	for _, names := range required {
		if !slices.ContainsFunc(names, has) {
			lacks = append(lacks, strings.Join(names, " or "))
		}
	}
	return lacks
}

// ReadsSecret reports whether Live Beats reads a variable's value as a secret of its own.
func ReadsSecret(variable string) bool {
	return slices.Contains(secrets, variable) || strings.HasPrefix(variable, "DB_")
}

var secrets = []string{
	"SECRET_KEY_BASE", "LIVE_BEATS_GITHUB_CLIENT_ID", "LIVE_BEATS_GITHUB_CLIENT_SECRET", "RELEASE_COOKIE", "DATABASE_URL",
	"REPLICA_DATABASE_URL",
}

// SetByService reports whether LiveBeatsService itself sets the environment variable. That includes every variable with
// the prefix AWS_ECS_, which the discovery of other nodes uses.
func SetByService(variable string) bool {
	return slices.Contains(ownVariables, variable) || strings.HasPrefix(variable, "AWS_ECS_")
}

var ownVariables = []string{"ERL_AFLAGS", "PHX_HOST", "POOL_SIZE", "PORT"}
