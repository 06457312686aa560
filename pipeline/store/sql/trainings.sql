SELECT a.* FROM accepted_trainings a
