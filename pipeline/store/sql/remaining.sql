ANTI JOIN superseded s ON s.file = {files}[p.file_index::BIGINT + 1] AND s.row = p.file_row_number
