import Gym

/// One application: a graph of tasks that hand data over, run anew for every job.
package struct Application: Sendable, Hashable {
    /// What one task needs.
    package struct Task: Sendable, Hashable {
        /// Data that a task takes from another one before it may start.
        package struct Input: Sendable, Hashable {
            /// The other task's place in the application.
            package let task: Int
            /// In the unit of bandwidths times us: a transfer lasts volume over bandwidth, rounded down.
            package let volume: Double
        }

        /// Unique in its application.
        package let name: String
        /// What must have arrived, in the order of the file.
        package let inputs: [Input]
        /// us at the highest frequency, by cluster; a cluster that is missing can't run the task.
        package let times: [String: Double]
    }

    /// Unique in its workload.
    package let name: String
    /// Every task, inputs before those that need them or not.
    package let tasks: [Task]
    /// us after injection by which a job should be complete; nil for none.
    package let deadline: Double?
    /// The share of jobs of a random stream that are of this application, relative to the others'.
    package let weight: Double

    /// The same application with another share of a random stream.
    package func weighted(_ weight: Double) -> Application {
        Application(name: name, tasks: tasks, deadline: deadline, weight: weight)
    }
}
