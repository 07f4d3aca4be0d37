package config

import (
	"fmt"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/livebeats"
)

// What the tasks ask of the database.
const (
	reposPerTask   = livebeats.Repos
	rolloutPercent = 200 // How many tasks there may be in a deployment, old and new ones together.
	byHand         = 2   // A person's psql, or the pool of `bin/live_beats eval` in a shell of ECS Exec.
	usualPool      = 5   // Half of what db.t4g.micro takes from two tasks: a database of others may have other users.
	largestPool    = 10  // What the app takes by itself.
)

// connections are the most that the tasks hold at once. Migrations are within: a task's pools open after its own.
func connections(poolSize, tasks int) int {
	return reposPerTask * poolSize * tasks * rolloutPercent / 100
}

// budget is how many connections the stack's own database has for the tasks; ok is false without one, or if its class
// is not known.
func (c *Config) budget() (most int, ok bool) {
	if c.Database.Mode != DatabaseCreate {
		return 0, false
	}
	most, ok = awsmodel.MaxDBConnections(c.Database.InstanceClass)
	return most - awsmodel.ReservedDBConnections - byHand, ok
}

// mostTasks is how many tasks there may be without a deployment.
func (c *Config) mostTasks() int {
	most := c.Service.DesiredCount
	if c.Autoscaling.Max == 0 {
		return most
	}
	most = max(most, c.Autoscaling.Max)
	for _, s := range c.Autoscaling.Schedules {
		most = max(most, s.Max)
	}
	return most
}

// choosePool takes the largest pools that the stack's own database bears.
func (c *Config) choosePool() int {
	most, ok := c.budget()
	if !ok {
		return usualPool
	}
	return max(1, min(largestPool, most/max(1, connections(1, c.mostTasks()))))
}

// checkConnections: PostgreSQL refuses what is too many (FATAL 53300), and the first to find out is a deployment.
func (d *decoder) checkConnections(c *Config) {
	most, ok := c.budget()
	pool, tasks, class := c.Service.PoolSize, c.mostTasks(), c.Database.InstanceClass
	needed := connections(pool, tasks)
	if !ok || needed <= most {
		return
	}
	sum := fmt.Sprintf("%d repos x %d x %d tasks x %d %% in a deployment are %d connections, and %s has %d for them",
		reposPerTask, pool, tasks, rolloutPercent, needed, class, most)
	if fits := most / connections(1, tasks); fits > 0 {
		d.reject(ownKey("service.poolSize"), pool, fmt.Sprintf("must be at most %d: %s", fits, sum))
		return
	}
	d.reject(ownKey("database.instanceClass"), class,
		fmt.Sprintf("must be a larger one, or there must be at most %d tasks: %s", most/connections(1, 1), sum))
}
